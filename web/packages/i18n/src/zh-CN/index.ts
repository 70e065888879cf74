/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import floor from './floor';

export default { ...desk, ...admin, ...floor };
import routing from './routing';

export default { ...desk, ...admin, ...routing };
