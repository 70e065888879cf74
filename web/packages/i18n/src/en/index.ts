/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';

const words: Dictionary = { ...desk, ...admin };

export default words;
