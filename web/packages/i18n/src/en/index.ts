/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import work from './work';

const words: Dictionary = { ...desk, ...admin, ...work };

export default words;
