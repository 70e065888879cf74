/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import crm from './crm';
import desk from './desk';
import routing from './routing';
import work from './work';

const words: Dictionary = {
  ...admin,
  ...crm,
  ...desk,
  ...routing,
  ...work,
};

export default words;
