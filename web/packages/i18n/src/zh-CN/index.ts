/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import mail from './mail';

export default { ...desk, ...admin, ...mail };
