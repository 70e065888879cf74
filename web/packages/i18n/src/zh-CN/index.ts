/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import routing from './routing';

export default { ...desk, ...admin, ...routing };
