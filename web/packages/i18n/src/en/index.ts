/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import routing from './routing';
import widget from './widget';

const words: Dictionary = { ...desk, ...admin, ...routing, ...widget };

export default words;
