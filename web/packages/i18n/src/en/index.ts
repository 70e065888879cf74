/** English. */
import type { Dictionary } from '../keys';
import admin from './admin';
import desk from './desk';
import mail from './mail';

const words: Dictionary = { ...desk, ...admin, ...mail };

export default words;
