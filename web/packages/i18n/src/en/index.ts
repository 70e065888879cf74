/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import mail from './mail';
import routing from './routing';
import sending from './sending';
import work from './work';

const words: Dictionary = {
  ...admin,
  ...desk,
  ...mail,
  ...routing,
  ...sending,
  ...work,
};

export default words;
