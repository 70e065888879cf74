/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import floor from './floor';

const words: Dictionary = { ...desk, ...admin, ...floor };
import routing from './routing';

const words: Dictionary = { ...desk, ...admin, ...routing };

export default words;
