/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import routing from './routing';
import widget from './widget';

export default { ...desk, ...admin, ...routing, ...widget };
import mail from './mail';

export default { ...desk, ...admin, ...mail };
import routing from './routing';
import work from './work';

export default {
  ...admin,
  ...desk,
  ...routing,
  ...work,
};
