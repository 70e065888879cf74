/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import insight from './insight';

export default { ...desk, ...admin, ...insight };
