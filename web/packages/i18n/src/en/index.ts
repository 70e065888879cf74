/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import crm from './crm';
import desk from './desk';
import email from './email';
import floor from './floor';
import insight from './insight';
import joining from './joining';
import mail from './mail';
import routing from './routing';
import sending from './sending';
import widget from './widget';
import work from './work';

const words: Dictionary = {
  ...admin,
  ...crm,
  ...desk,
  ...email,
  ...floor,
  ...insight,
  ...joining,
  ...mail,
  ...routing,
  ...sending,
  ...widget,
  ...work,
};

export default words;
