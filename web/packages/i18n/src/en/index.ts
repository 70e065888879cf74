/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import routing from './routing';
import widget from './widget';

const words: Dictionary = { ...desk, ...admin, ...routing, ...widget };
import mail from './mail';

const words: Dictionary = { ...desk, ...admin, ...mail };
import routing from './routing';
import work from './work';

const words: Dictionary = {
  ...admin,
  ...desk,
  ...routing,
  ...work,
};

export default words;
