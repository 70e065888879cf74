/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import insight from './insight';
import mail from './mail';
import routing from './routing';
import work from './work';

const words: Dictionary = {
  ...admin,
  ...desk,
  ...insight,
  ...mail,
  ...routing,
  ...work,
};

export default words;
