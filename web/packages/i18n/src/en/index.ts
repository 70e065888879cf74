/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import floor from './floor';

const words: Dictionary = { ...desk, ...admin, ...floor };

export default words;
