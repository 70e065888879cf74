/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import sending from './sending';

const words: Dictionary = { ...desk, ...admin, ...sending };

export default words;
