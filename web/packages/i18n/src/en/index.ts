/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import routing from './routing';
import work from './work';

const words: Dictionary = {
  ...admin,
  ...desk,
  ...routing,
  ...work,
};

export default words;
