/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import routing from './routing';
import widget from './widget';

export default { ...desk, ...admin, ...routing, ...widget };
