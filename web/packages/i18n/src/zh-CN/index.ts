/** 简体中文。 */
import admin from './admin';
import desk from './desk';

export default { ...desk, ...admin };
