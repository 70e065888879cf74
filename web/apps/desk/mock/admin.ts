/** Invented settings, by path: lists that answer GET, take POST, PATCH and DELETE. */
import { T0, lines, queues, tenants, users } from './data.ts';

const weekly = [...Array(5).fill([{ from: '09:00', to: '12:00' }, { from: '13:30', to: '18:00' }]), [], []];
const brand = (name: string, color: string) => ({ name, color, greeting_zh: '您好，请问有什么可以帮您？', greeting_en: 'Hello, how can we help?', offline_zh: '现在是非服务时间，请留言。', offline_en: 'We are closed right now.' });
export const lists: Record<string, Record<string, unknown>[]> = {
  tenants: tenants.map((one) => ({ ...one, archived: false, created_at: T0 })),
  lines: lines.map((one, at) => ({ ...one, calendar: at % 2 ? null : 'cal1', disposition_required: at === 0, created_at: T0 })),
  users: users as unknown as Record<string, unknown>[],
  roles: [{ id: 'r1', name: '坐席', name_zh: '坐席', name_en: 'Agent', builtin: true, permissions: ['conversations.read', 'conversations.reply'] }, { id: 'r2', name: '组长', name_zh: '组长', name_en: 'Team lead', builtin: false, permissions: ['conversations.read', 'conversations.reply', 'conversations.transfer', 'accounts.users.read'] }, { id: 'r3', name: '管理员', name_zh: '管理员', name_en: 'Administrator', builtin: true, permissions: ['*'] }],
  teams: [{ id: 'g1', name: '一组', members: ['u1', 'u2', 'u3'] }, { id: 'g2', name: '二组', members: ['u4', 'u5'] }],
  skills: [{ id: 's1', name: '支付' }, { id: 's2', name: '商户' }, { id: 's3', name: 'English' }],
  calendars: [{ id: 'cal1', tenant: null, name: '工作日', zone: 'Asia/Shanghai', weekly, exceptions: [{ date: '2027-02-06', kind: 'closed', name: '春节', status: 'projected' }, { date: '2026-10-10', kind: 'workday', name: '国庆调休', status: 'published' }], use_china_holidays: true }],
  inboxes: [
    { id: 'i1', tenant: 't1', line: 'l1', channel: 'webchat', name: '官网聊天', queue: 'q1', enabled: true, key: 'wk_4f9a21c07b', config: { allowed_sites: ['https://pay.example.com'], brand: brand('云付', '#3a7bd5') } },
    { id: 'i3', tenant: 't2', line: 'l3', channel: 'webchat', name: 'Shop chat', queue: 'q3', enabled: true, key: 'wk_77b1e0d3aa', config: { allowed_sites: ['https://shop.example.com'], brand: brand('Harbor Goods', '#c2703d') } },
    { id: 'i4', tenant: 't2', line: 'l4', channel: 'api', name: 'Marketplace API', queue: 'q3', enabled: false, key: 'ak_0c55d9f1e2', config: { allowed_sites: [], brand: brand('Harbor Goods', '#c2703d'), webhook_url: 'https://erp.example.com/hark' } },
  ],
  queues: queues as unknown as Record<string, unknown>[],
  attributes: [{ id: 'at1', tenant: 't1', key: 'level', label_en: 'Level', label_zh: '会员等级', kind: 'choice', choices: ['普通', '金卡', '商户'] }, { id: 'at2', tenant: 't1', key: 'since', label_en: 'Since', label_zh: '开户时间', kind: 'text' }, { id: 'at3', tenant: 't2', key: 'member_since', label_en: 'Member since', label_zh: '入会年份', kind: 'text' }],
  organisations: [{ id: 'o1', tenant: 't1', name: '明达商贸' }],
  tokens: [{ id: 'tk1', name: 'ERP 同步', permissions: ['conversations.read', 'contacts.read'], tenant: 't1', line: null, expires_at: T0 + 90 * 86_400_000, created_at: T0 - 30 * 86_400_000 }],
  webhooks: [{ id: 'w1', tenant: 't1', url: 'https://erp.example.com/hooks/hark', kinds: ['message.created', 'conversation.resolved', 'contact.created'], enabled: true, stopped: null, created_at: T0 }],
  audit: Array.from({ length: 30 }, (_, at) => ({ id: `au${at}`, at: T0 - at * 11 * 60_000, tenant: 't1', actor: { kind: 'user', id: 'u2', name: ['何静', '林晓', '周扬'][at % 3] }, action: ['contact.unmasked', 'conversation.opened', 'user.changed', 'role.granted'][at % 4], subject: { kind: ['contact', 'conversation', 'user', 'user'][at % 4], id: String(70110 + at) }, reason: at % 4 === 0 ? '客户要求回电' : null, before: at % 4 === 2 ? { alias: '小林' } : null, after: at % 4 === 2 ? { alias: '林晓' } : null, ip: '10.2.0.14' })),
};
export const permissions = [
  { area: 'conversations', permissions: [{ key: 'conversations.read', en: 'See conversations', zh: '查看会话' }, { key: 'conversations.reply', en: 'Reply', zh: '回复客户' }, { key: 'conversations.transfer', en: 'Hand over', zh: '转接' }] },
  { area: 'accounts', permissions: [{ key: 'accounts.users.read', en: 'See users', zh: '查看用户' }, { key: 'accounts.users.manage', en: 'Manage users', zh: '管理用户' }] },
];
export const nested: Record<string, unknown> = {
  grants: { items: [{ id: 'gr1', role: 'r1', tenant: 't1', line: null }, { id: 'gr2', role: 'r2', tenant: 't1', line: 'l1' }], next: null },
  skills: { items: [{ skill: 's1', level: 3 }, { skill: 's3', level: 2, valid_until: T0 + 200 * 86_400_000 }], next: null },
  sessions: { items: [{ id: 'se1', current: true, created_at: T0, seen_at: T0 - 20_000, ip: '10.2.0.14', agent: 'Chrome · Windows' }, { id: 'se2', current: false, created_at: T0, seen_at: T0 - 3 * 3600_000, ip: '10.2.0.30', agent: 'Edge · Windows' }], next: null },
  deliveries: { items: [{ id: 'd1', kind: 'message.created', status: 'delivered', attempts: 1, response_code: 200, happened_at: T0 - 60_000, next_at: null, failure: null }, { id: 'd2', kind: 'conversation.resolved', status: 'failed', attempts: 3, response_code: 503, happened_at: T0 - 400_000, next_at: null, failure: { code: 'webhook.answer', title: '对方返回 503' } }], next: null },
};
