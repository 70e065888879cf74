/** 简体中文。 */
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

export default {
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
