/** 简体中文。 */
import admin from './admin';
import desk from './desk';
import insight from './insight';
import mail from './mail';
import routing from './routing';
import work from './work';

export default {
  ...admin,
  ...desk,
  ...insight,
  ...mail,
  ...routing,
  ...work,
};
