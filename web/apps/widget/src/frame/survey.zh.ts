/** What the survey says in Chinese. */

export const zh = {
  scores: ['很不满意', '不满意', '一般', '满意', '很满意'],
  dimension: { attitude: '服务态度', expertise: '专业程度', resolution: '问题解决' },
  solvedAsk: '您的问题解决了吗？',
  yes: '已解决',
  no: '未解决',
  remark: '还有什么想告诉我们的（选填）',
  submit: '提交评价',
  later: '稍后再说',
  thanks: '感谢您的评价',
  notSent: '没有提交成功，请再试一次',
};
