/** Invented people and words for looking at the desk without a server. */
import type { Contact, Conversation, Message, Queue, QueueRules, TenantMark, UserView } from '@hark/api';

export const T0 = Date.now();
const MIN = 60_000;
export const tenants: TenantMark[] = [
  { id: 't1', name: '云付', mark_color: '#3a7bd5', initial: '云' },
  { id: 't2', name: 'Harbor Goods', mark_color: '#c2703d', initial: 'H' },
];
export const lines = [
  { id: 'l1', tenant: 't1', name: '支付客服' }, { id: 'l2', tenant: 't1', name: '商户服务' },
  { id: 'l3', tenant: 't2', name: 'Online store' }, { id: 'l4', tenant: 't2', name: 'Returns desk' },
];
const inboxNames: Record<string, [string, string]> = { i1: ['官网聊天', 'l1'], i2: ['商户后台', 'l2'], i3: ['Shop chat', 'l3'], i4: ['Marketplace API', 'l4'] };
export const user = (id: string, alias: string, number: string, name: string, extra: Partial<UserView> = {}): UserView => ({ id, login: `agent${number}`, name, alias, number, language: 'zh-CN', disabled: false, teams: ['一组'], created_at: T0 - 200 * 86_400_000, totp: false, email: null, ...extra });
export const users = [
  user('u1', '林晓', '8021', '林晓晨', { totp: true }), user('u2', '何静', '8007', '何静怡'), user('u3', '周扬', '8033', '周志扬'), user('u4', 'Emma', '8040', '陈思涵', { language: 'en', teams: ['二组'] }),
  user('u5', '小北', '8052', '刘北辰', { teams: ['二组'] }), user('u6', '阿杰', '8066', '王俊杰', { disabled: true }),
];
const asUsual = { auto_accept: false, fit: 'best', offer_ms: 20_000, on_absence: 'requeue', priority: 0, wrap_up_ms: 0, open: true, open_changes_at: T0 + 4 * 60 * MIN, estimate_ms: null } as const;
const rules: QueueRules = { hours: 'always', calendar: null, stages: [], seats: [], work: 'chat', last_agent_keep_ms: 20_000, last_agent_within_ms: 604_800_000, repeat_keep_ms: 60_000, repeat_within_ms: 172_800_000, passed_keep_ms: 120_000 };
export const queues: Queue[] = [
  { id: 'q1', tenant: 't1', line: 'l1', name: '支付一线', skills: [{ skill: 's1', level: 2 }], waiting: 3, longest_wait_ms: 98_000, agents_ready: 2, agents_on: 6, ...asUsual, estimate_ms: 260_000, rules: { ...rules, hours: 'line', seats: ['u2'], stages: [{ after_ms: 0, crew: 'members', teams: [], queue: null }, { after_ms: 120_000, crew: 'teams', teams: ['g2'], queue: null }, { after_ms: 300_000, crew: 'queue', teams: [], queue: 'q2' }] } },
  { id: 'q2', tenant: 't1', line: 'l2', name: '商户一线', skills: [{ skill: 's2', level: 1 }], waiting: 1, longest_wait_ms: 41_000, agents_ready: 1, agents_on: 3, ...asUsual, rules },
  { id: 'q3', tenant: 't2', line: 'l3', name: 'Store first line', skills: [{ skill: 's3', level: 2 }], waiting: 0, longest_wait_ms: 0, agents_ready: 2, agents_on: 3, ...asUsual, open: false, rules },
];
export const categories = [
  { id: 'c1', name_zh: '支付', name_en: 'Payment', parent: null, children: [{ id: 'c2', name_zh: '扣款失败', name_en: 'Charged but failed', parent: 'c1' }, { id: 'c3', name_zh: '重复扣款', name_en: 'Charged twice', parent: 'c1' }] },
  { id: 'c4', name_zh: '账户', name_en: 'Account', parent: null, children: [{ id: 'c5', name_zh: '更换手机号', name_en: 'Change phone', parent: 'c4' }] },
  { id: 'c6', name_zh: '退换', name_en: 'Returns', parent: null, children: [{ id: 'c7', name_zh: '换货', name_en: 'Exchange', parent: 'c6' }] },
];
const palette = ['#8a6d5b', '#6a8b5f', '#9a5f7a', '#5f6f9a', '#857a45', '#4f8285', '#7a6a9a', '#a0614f'];

type Seed = { name: string; inbox: string; tier?: string; ago: number; waiting: 'agent' | 'customer' | 'none'; due?: number; text: string; unread?: number; draft?: string; assignee?: string | null; status?: 'open' | 'snoozed' | 'resolved'; priority?: 'normal' | 'high' | 'urgent'; tags?: string[]; category?: string; salutation?: string; mentioned?: boolean };
const seeds: Seed[] = [
  { name: 'Lucy Chen', inbox: 'i4', ago: 52.1, waiting: 'agent', due: -8, text: 'Any news about my exchange? Order 88213, the colour was wrong.', category: 'c7', priority: 'high' },
  { name: '周 敏', inbox: 'i1', tier: '金卡', ago: 2.2, waiting: 'agent', due: 3.2, text: '已经扣了两次款，订单还是失败，什么时候能退？', unread: 2, category: 'c2', tags: ['重复扣款'], salutation: '周女士' },
  { name: '赵 雨桐', inbox: 'i1', ago: 11, waiting: 'agent', due: 24, text: '换了手机号，还能收到验证码吗？', unread: 2, draft: '您好，账户绑定的手机号可以在「安全中心」里更换…', category: 'c5', salutation: '赵女士' },
  { name: '陈 大伟', inbox: 'i2', tier: '商户', ago: 31, waiting: 'customer', text: '好的，谢谢你' },
  { name: '孙 丽', inbox: 'i1', ago: 64, waiting: 'customer', text: '关于 11 月 18 日处理结果的说明，请查收', status: 'open', tags: ['投诉'] },
  { name: '郭 明', inbox: 'i2', tier: '商户', ago: 1.6, waiting: 'agent', due: 3.4, text: '结算款今天没到账，帮我查一下', assignee: null },
  { name: 'Oliver Hart', inbox: 'i3', ago: 0.7, waiting: 'agent', due: 9.3, text: 'Hi, does the blue jacket run small?', assignee: null },
  { name: '吴 佳怡', inbox: 'i1', ago: 1, waiting: 'agent', due: 4, text: '红包怎么提现不了？', assignee: null, salutation: '吴女士' },
  { name: 'Maya Patel', inbox: 'i3', ago: 190, waiting: 'none', text: 'Thank you, all sorted!', status: 'resolved', assignee: 'u4' },
  { name: '何 建国', inbox: 'i1', ago: 260, waiting: 'none', text: '退款已收到，谢谢', status: 'resolved', assignee: 'u2' },
  { name: '许 晴', inbox: 'i1', ago: 26, waiting: 'customer', text: '同事已核实流水，等风控结论', assignee: 'u2', mentioned: true },
];
const more = ['钱 伟', '冯 雪', 'Jonas Weber', '蒋 涛', '沈 悦', 'Priya Nair', '韩 梅', '杨 帆', 'Tom Baker', '朱 琳', '秦 朗', 'Sofia Rossi', '尤 佳', '施 展', 'Noah Kim', '张 弛', '孔 文', '曹 颖', 'Elena Petrova', '严 肃', '金 晨', '魏 来', 'Grace Lee', '陶 然'];
more.forEach((name, at) => seeds.push({ name, inbox: /[a-z]/.test(name) ? 'i3' : 'i1', ago: 320 + at * 47, waiting: 'none', text: /[a-z]/.test(name) ? 'Thanks for your help.' : ['好的，明白了', '可以了，谢谢', '麻烦尽快处理', '收到'][at % 4] ?? '', status: at % 5 === 0 ? 'snoozed' : 'resolved', assignee: `u${(at % 5) + 1}` }));

export const contacts = new Map<string, Contact>();
export const conversations = new Map<string, Conversation>();
export const messages = new Map<string, Message[]>();
export const person = (id: string | null | undefined) => { const found = users.find((one) => one.id === id); return found ? { id: found.id, alias: found.alias } : null; };
export const initialOf = (name: string) => name.slice(0, 1).toUpperCase();

export function author(kind: 'contact' | 'user' | 'bot' | 'system', id: string, contact?: Contact): Message['author'] {
  if (kind === 'contact' && contact) return { kind, id: contact.id, name: contact.name, initial: contact.initial, color: contact.color };
  if (kind === 'bot') return { kind, id: 'bot', name: '机器人', initial: 'H', color: '#6146b0' };
  const found = users.find((one) => one.id === id);
  return { kind, id, name: found?.alias ?? '系统', initial: initialOf(found?.alias ?? '系'), color: '#5f7088' };
}
let nextMessage = 1000;
export function message(conversation: string, seq: number, at: number, from: Message['author'], body: string, extra: Partial<Message> = {}): Message {
  return { id: `m${nextMessage++}`, client_id: null, conversation, seq, kind: 'text', mode: 'reply', author: from, body, attachments: [], mentions: [], failure: null, event: null, withdrawn_at: null, whisper: null, state: from.kind === 'user' ? 'read' : 'delivered', at, ...extra };
}
const event = (conversation: string, seq: number, at: number, kind: string, data: Record<string, unknown>) => message(conversation, seq, at, author('system', 'sys'), '', { kind: 'event', event: { kind, data } });

seeds.forEach((seed, index) => {
  const id = `v${index + 1}`;
  const [inboxName, line] = inboxNames[seed.inbox] ?? ['', 'l1'];
  const tenant = lines.find((one) => one.id === line)?.tenant ?? 't1';
  const at = T0 - seed.ago * MIN;
  const english = tenant === 't2';
  const contact: Contact = {
    id: `k${index + 1}`, tenant, name: seed.name, salutation: seed.salutation ?? null, initial: initialOf(seed.name), color: palette[index % palette.length] ?? '#777', language: english ? 'en' : 'zh-CN', tier: seed.tier ?? null,
    handles: [{ id: `h${index}a`, kind: 'phone', value: english ? '+44 **** ** 712' : '138 **** 6207', verified: index % 3 === 1 }, { id: `h${index}b`, kind: 'email', value: english ? 'l***@mail.example' : 'z***@mail.example', verified: false }],
    organisation: seed.tier === '商户' ? { id: 'o1', name: '明达商贸' } : null, attributes: english ? { member_since: '2023' } : { level: seed.tier ?? '普通', since: '2023-04' }, preferences: index % 2 ? { channel: english ? 'chat' : '微信', quiet: '12–14' } : {}, tags: seed.tags ?? (index % 3 ? [] : ['老客户']),
    first_seen_at: T0 - (900 - index * 11) * 86_400_000, last_seen_at: at, note: null, conversations: { total: 17 - (index % 9), open: 1, last_30_days: 3 }, repeat: { within_24h: index === 1 ? 2 : 1, within_48h: index === 1 ? 2 : 1 },
  };
  contacts.set(contact.id, contact);
  const assigned = seed.assignee === undefined ? 'u1' : seed.assignee;
  const list: Message[] = [];
  const add = (made: Message) => list.push({ ...made, seq: list.length + 1 });
  if (index === 1) {
    const base = at - 3 * MIN;
    for (let n = 0; n < 70; n += 1) add(message(id, 0, base - (3 * 1440 - n * 2) * MIN, n % 2 ? author('user', 'u2') : author('contact', contact.id, contact), n % 2 ? '已为您查询到这笔订单，状态正常。' : `上次那笔 ${n + 1} 号订单现在怎么样了？`));
    add(event(id, 0, base - 2 * MIN, 'opened', { page: '支付失败页' }));
    add(message(id, 0, base - 1.9 * MIN, author('contact', contact.id, contact), '你好，我刚才付款失败了，但是银行卡扣了钱'));
    add(message(id, 0, base - 1.8 * MIN, author('bot', 'bot'), '扣款后显示失败的订单，资金会在 2 小时内原路退回。请问是同一笔订单吗？'));
    add(event(id, 0, base, 'assigned', { to: { id: 'u1', alias: '林晓' }, why: ['支付技能 3 级', '熟客优先'] }));
    add(message(id, 0, base + MIN * 0.4, author('user', 'u2'), '@林晓 同一时段有 14 位客户重复扣款，已建主工单，风控在处理。', { mode: 'note', mentions: [{ id: 'u1', alias: '林晓' }] }));
    add(message(id, 0, base + MIN * 0.6, author('user', 'u2'), '先答复到账时间，再说原因。可以给 10 元补偿。', { mode: 'note', mentions: [{ id: 'u1', alias: '林晓' }], whisper: { to: { id: 'u1', alias: '林晓' }, hidden: false } }));
    add(message(id, 0, base + MIN * 0.7, author('user', 'u1'), '周女士您好，我是林晓，正在为您核对这两笔扣款，请稍等一下。'));
    add(message(id, 0, at - 4000, author('contact', contact.id, contact), '已经扣了两次款！订单还是失败，什么时候能退？', {
      attachments: [{ id: 'a1', name: '扣款短信.png', mime: 'image/png', size: 186_368, width: 480, height: 300, url: '/mock-files/sms.svg', preview_url: '/mock-files/sms.svg' }, { id: 'a2', name: '交易明细.pdf', mime: 'application/pdf', size: 92_004, url: '/mock-files/sms.svg', width: null, height: null, preview_url: null }] }));
    add(message(id, 0, at, author('contact', contact.id, contact), seed.text));
  } else {
    add(event(id, 0, at - 9 * MIN, 'opened', english ? { page: 'Blue jacket' } : { page: '帮助中心' }));
    add(message(id, 0, at - 8.9 * MIN, author('contact', contact.id, contact), english ? 'Hello, I have a question about my order.' : '你好，想咨询一个问题'));
    if (assigned) {
      add(event(id, 0, at - 8 * MIN, 'assigned', { to: person(assigned), why: [english ? 'Returns level 2' : '最长空闲'] }));
      add(message(id, 0, at - 7 * MIN, author('user', assigned), english ? 'Hello, happy to help. Could you send me your order number?' : '您好，请讲，我来帮您看。', index === 3 ? { state: 'failed', failure: 'channel.unreachable' } : {}));
    }
    add(message(id, 0, at, seed.waiting === 'customer' && index !== 3 ? author('user', assigned ?? 'u1') : author('contact', contact.id, contact), seed.text));
  }
  messages.set(id, list);
  const last = list[list.length - 1];
  conversations.set(id, {
    id, number: 20418 + index, tenant, line, inbox: seed.inbox, channel: seed.inbox === 'i4' ? 'api' : 'webchat',
    contact: { id: contact.id, name: contact.name, initial: contact.initial, color: contact.color, tier: contact.tier, salutation: contact.salutation },
    status: seed.status ?? 'open', waiting: seed.waiting, waiting_since: seed.waiting === 'agent' ? at : null, due_at: seed.due === undefined ? null : T0 + seed.due * MIN, assignee: person(assigned), queue: english ? 'q3' : 'q1', priority: seed.priority ?? 'normal',
    last: last ? { text: last.body, at: last.at, by: last.author.kind, note: last.mode === 'note' } : null, contact_count: list.filter((one) => one.author.kind === 'contact').length, unread: seed.unread ?? 0, draft: seed.draft ?? null, mentioned: seed.mentioned ?? false, tags: seed.tags ?? [], category: seed.category ?? null,
    snoozed_until: seed.status === 'snoozed' ? T0 + 20 * 3600_000 : null, seq: list.length, queued_at: assigned ? null : at, place: assigned ? null : index - 4, estimate_ms: null, woke_at: null,
    brand: { name: tenants.find((one) => one.id === tenant)?.name ?? '', color: tenants.find((one) => one.id === tenant)?.mark_color ?? '' }, inbox_name: inboxName, line_name: lines.find((one) => one.id === line)?.name ?? '', tenant_name: tenants.find((one) => one.id === tenant)?.name ?? '',
    page: { url: 'https://pay.example.com/fail', title: english ? 'Blue jacket · Harbor Goods' : '支付失败页' }, followers: [], disposition: null, disposition_required: false, repeat: { ...contact.repeat, last: index === 1 ? { id: 'v9', number: 1033, at: at - 20 * 3_600_000, category: null, text: '支付失败但已扣款', open: false } : null }, undo: 'withdraw', protection: { watermark: index === 2, copy_control: index === 2, masked: index === 2, unmasked_until: null }, contact_delivered: 0, contact_read: 0, lookers: index === 1 ? [{ id: 'u2', alias: '何静' }] : [], created_at: at - 9 * MIN, resolved_at: seed.status === 'resolved' ? at : null, assigned_at: assigned ? at : null, why: null, other_open: 0,
  });
});
