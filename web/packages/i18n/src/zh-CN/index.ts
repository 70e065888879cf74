/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import sending from './sending';

export default { ...desk, ...admin, ...sending };
