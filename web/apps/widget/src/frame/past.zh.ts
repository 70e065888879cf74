/** What the screen of earlier conversations says in Chinese. */

export const zh = {
  title: '以往会话',
  back: '返回',
  loading: '正在读取…',
  none: '这里会列出您以往的会话，目前还没有。',
  failed: '没有读取成功',
  again: '重试',
  current: '当前会话',
  ended: '已结束',
  about: '（没有文字内容）',
  more: '更多消息',
  over: '这是已结束的会话，仅供查看。如还需要帮助，请返回当前会话留言。',
  toCurrent: '返回当前会话',
};
