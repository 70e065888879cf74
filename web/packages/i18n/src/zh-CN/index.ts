/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import insight from './insight';
import routing from './routing';

export default { ...desk, ...admin, ...insight, ...routing };
