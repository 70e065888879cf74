/** Every text of the frame, in Chinese and English. Customers read these: 您, warm, never blaming, the next step last. */

export type Language = 'zh-CN' | 'en';

const zh = {
  chatWith: (brand: string) => `与${brand}对话`,
  connecting: '正在连接…',
  open: '客服在线，您发消息后马上为您接入',
  closedUntil: (when: string) => `现在不在服务时间，${when} 开始服务`,
  closed: '现在不在服务时间，请留言，上班后回复您',
  next: '您是下一位，马上为您接入',
  place: (n: number) => `正在排队，您排在第 ${n} 位`,
  waiting: '已收到，正在为您接入客服',
  waitingClosed: '已收到您的留言，上班后回复您',
  waitingUntil: (when: string) => `已收到您的留言，${when} 上班后回复您`,
  served: (name: string) => `${name} 正在为您服务`,
  ended: '本次会话已结束，有需要请继续留言',
  offline: '网络断开了，您照常写，恢复后按顺序发出',
  reconnecting: '连接中断，正在重连，您的消息不会丢',
  typing: (name: string) => `${name} 正在输入`,
  you: '您',
  bot: '机器人',
  sending: '发送中',
  held: '等待网络',
  sent: '已发送',
  delivered: '已送达',
  read: '已读',
  failed: '没有发出',
  again: '重新发送',
  remove: '删除',
  write: '请输入消息',
  leave: '请留言',
  send: '发送',
  attach: '添加文件',
  emptyThread: '请告诉我们遇到了什么问题',
  dropHere: '松开即可添加文件',
  close: '关闭聊天窗口',
  end: '结束会话',
  endAsk: '结束本次会话？',
  endYes: '结束',
  endNo: '继续聊',
  joined: (name: string) => `${name} 已接入，为您服务`,
  left: (name: string) => `${name} 已离开，正在为您安排其他客服`,
  queued: (n: number) => `正在为您接入，您排在第 ${n} 位`,
  queuedOnly: '正在为您接入客服',
  resolved: '会话已结束',
  reopened: '会话已继续',
  today: '今天',
  yesterday: '昨天',
  latest: '查看新消息',
  tooLong: '文字太长，请分几条发送',
  full: '等待发送的消息太多，请稍候再试',
  fileType: (name: string) => `${name}：不支持这种文件`,
  fileSize: (name: string, max: string) => `${name}：超过 ${max}`,
  fileEmpty: (name: string) => `${name}：是空文件`,
  fileMany: (name: string, max: number) => `${name}：一次最多 ${max} 个文件`,
  fileRemove: (name: string) => `移除 ${name}`,
  image: '图片',
  opensNew: '在新窗口打开',
  enterHint: 'Enter 发送，Shift + Enter 换行',
  thread: '消息记录',
  refused: '此页面没有开通在线客服',
};

/** The texts of one language. */
export type Words = typeof zh;

const en: Words = {
  chatWith: (brand) => `Chat with ${brand}`,
  connecting: 'Connecting…',
  open: 'We are here. Write to us and someone will join you',
  closedUntil: (when) => `We are closed now and open again ${when}`,
  closed: 'We are closed now. Leave a message and we will answer when we open',
  next: 'You are next. Someone will join you in a moment',
  place: (n) => `You are number ${n} in the queue`,
  waiting: 'We have your message. Someone will join you soon',
  waitingClosed: 'We have your message and will answer when we open',
  waitingUntil: (when) => `We have your message and will answer ${when}`,
  served: (name) => `${name} is helping you`,
  ended: 'This conversation has ended. Write again whenever you need us',
  offline: 'You are offline. Keep writing, it will be sent in order',
  reconnecting: 'Connection lost, trying again. Your messages are safe',
  typing: (name) => `${name} is writing`,
  you: 'You',
  bot: 'Bot',
  sending: 'Sending',
  held: 'Waiting for network',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Not sent',
  again: 'Try again',
  remove: 'Delete',
  write: 'Write a message',
  leave: 'Leave a message',
  send: 'Send',
  attach: 'Add files',
  emptyThread: 'Tell us what we can help you with',
  dropHere: 'Drop to add the files',
  close: 'Close chat',
  end: 'End conversation',
  endAsk: 'End this conversation?',
  endYes: 'End',
  endNo: 'Keep talking',
  joined: (name) => `${name} has joined`,
  left: (name) => `${name} has left. We are finding you someone else`,
  queued: (n) => `You are number ${n} in the queue`,
  queuedOnly: 'We are finding you someone',
  resolved: 'The conversation has ended',
  reopened: 'The conversation goes on',
  today: 'Today',
  yesterday: 'Yesterday',
  latest: 'New messages',
  tooLong: 'This text is too long. Please send it in parts',
  full: 'Too many messages are waiting. Please try again soon',
  fileType: (name) => `${name}: this kind of file cannot be sent`,
  fileSize: (name, max) => `${name}: larger than ${max}`,
  fileEmpty: (name) => `${name}: the file is empty`,
  fileMany: (name, max) => `${name}: at most ${max} files at once`,
  fileRemove: (name) => `Remove ${name}`,
  image: 'Image',
  opensNew: 'opens in a new window',
  enterHint: 'Enter to send, Shift + Enter for a new line',
  thread: 'Messages',
  refused: 'Chat is not available on this page',
};

/** The first of the wishes that is spoken here; English where none is. */
export function language(...wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const tag = wish?.toLowerCase() ?? '';
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}

export const words = (lang: Language): Words => (lang === 'zh-CN' ? zh : en);

const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
const DAY_MS = 86_400_000;

/** Hour and minute as the language writes them. */
export const clockTime = (at: number, lang: Language): string =>
  new Date(at).toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The day of a message: today, yesterday or its date. */
export function day(at: number, now: number, lang: Language): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY_MS);
  if (days === 0) return words(lang).today;
  if (days === 1) return words(lang).yesterday;
  return new Date(at).toLocaleDateString(lang, { month: 'long', day: 'numeric' });
}

/** When service begins again, as one says it. */
export function opening(at: number, now: number, lang: Language): string {
  const days = Math.round((dayOf(at) - dayOf(now)) / DAY_MS);
  const time = clockTime(at, lang);
  const zhDay = ['今天', '明天', '后天'][days];
  if (lang === 'zh-CN') return `${zhDay ?? new Date(at).toLocaleDateString(lang, { month: 'long', day: 'numeric' })} ${time}`;
  const enDay = ['today', 'tomorrow'][days]
    ?? (days < 7 ? `on ${new Date(at).toLocaleDateString('en', { weekday: 'long' })}` : `on ${new Date(at).toLocaleDateString('en', { month: 'long', day: 'numeric' })}`);
  return `${enDay} at ${time}`;
}
