// The two conversations the tests live through: who takes part, what they say, and the words on their screens.

export const chinese = {
  client: 'yunfu', agent: 'xiaolan', colleague: 'ache',
  alias: '小蓝', colleagueAlias: '阿澈', mention: '@阿',
  ask: '你好，我刚才付款失败了，但是银行卡扣了钱', key: '付款失败',
  answer: '您好，我马上为您查这笔扣款', more: '好的，订单号 88213', typed: '我再看看', typing: '请稍等',
  note: '这位客户重复扣款，帮忙看一下', afterNote: '查到了，稍后同事为您处理',
  files: { theirs: '说明.txt', theirsText: '重复扣款两次', ours: '流程.txt', oursText: '一至三个工作日', with: '凭证请查收' },
  draft: '写到一半的回复', late: '我这边建议您先等等', between: '我是同事，已帮您提交退款',
  reason: '退款由阿澈跟进', summary: '客户重复扣款两次，已核对', handed: '我是阿澈，退款明天到账',
  done: '重复扣款，已提交退款', again: '还有一个问题，什么时候到账？',
  words: {
    signOn: '签入', mentions: '@我', ready: '已就绪', sendAnyway: '仍要发送', transfer: '转接', reason: '转接原因', summary: '情况说明', transferred: '转接给',
    doneTransferred: '已转接', kind: '办理', outcome: '已解决', what: '处理说明', doneResolved: '会话已结束', ended: '会话已结束', resolved: '结束会话', reopened: '重新打开',
    contact: '客户', history: '历史',
  },
};

export const english = {
  client: 'harbor', agent: 'owen', colleague: 'iris',
  alias: 'Owen', colleagueAlias: 'Iris', mention: '@Ir',
  ask: 'Hello, the storm coat came with a torn lining', key: 'torn lining',
  answer: 'I am sorry to hear that, let me look up the order', more: 'It is order HG-20417', typed: 'One more thing', typing: 'One moment',
  note: 'Torn on arrival, can you check the batch', afterNote: 'I have asked a colleague who knows this batch',
  files: { theirs: 'damage.txt', theirsText: 'left sleeve, four centimetres', ours: 'return.txt', oursText: 'drop it at any post office', with: 'Here is the return label' },
  draft: 'A reply half written', late: 'It may be the batch, let me ask', between: 'A colleague here: the exchange is booked',
  reason: 'Iris knows the batch', summary: 'Torn lining, exchange agreed', handed: 'This is Iris, your new coat leaves today',
  done: 'Exchange booked', again: 'When will it arrive exactly?',
  words: {
    signOn: 'Sign in to work', mentions: '@me', ready: 'Ready', sendAnyway: 'Send anyway', transfer: 'Hand over', reason: 'Reason', summary: 'What they should know', transferred: 'handed over to',
    doneTransferred: 'Handed over', kind: 'Request', outcome: 'Solved', what: 'What was done', doneResolved: 'Closed', ended: 'has ended', resolved: 'Closed by', reopened: 'reopened',
    contact: 'Customer', history: 'History',
  },
};
