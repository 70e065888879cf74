/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import insight from './insight';

const words: Dictionary = { ...desk, ...admin, ...insight };

export default words;
