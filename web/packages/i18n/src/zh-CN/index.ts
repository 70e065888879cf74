/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import work from './work';

export default { ...desk, ...admin, ...work };
