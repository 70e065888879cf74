/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import insight from './insight';
import routing from './routing';

const words: Dictionary = { ...desk, ...admin, ...insight, ...routing };

export default words;
