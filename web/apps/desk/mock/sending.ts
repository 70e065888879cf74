/** What the pages of sending are told without a server: replies that go later, notices, words. */
import type { Conversation, Scheduled, WordHit } from '@hark/api';

type Body = any;
const HOUR = 3_600_000;
let waiting: Scheduled[] = [{ id: 's1', conversation: 'v2', author: { id: 'u1', alias: '明哥' }, body: '您好，退款已到账，请查收。', files: 0, due_at: Date.now() + 18 * HOUR, zone: 'Asia/Shanghai', hold: false, state: 'pending', reason: null, created_at: Date.now() }];

export function scheduled(method: string, conversation: string, id: string | undefined, body: Body): unknown {
  if (method === 'GET') return { items: waiting.filter((one) => one.conversation === conversation), zone: 'Asia/Shanghai' };
  if (method === 'POST') { const made = { id: `s${Date.now()}`, conversation, author: { id: 'u1', alias: '明哥' }, body: body['body'], files: 0, due_at: body['due_at'] ?? Date.now() + 5_000, zone: body['zone'], hold: !body['due_at'], state: 'pending' as const, reason: null, created_at: Date.now() }; waiting.push(made); return made; }
  const found = waiting.find((one) => one.id === id);
  if (method === 'DELETE') waiting = waiting.filter((one) => one.id !== id);
  else Object.assign(found ?? {}, body, { state: 'pending', reason: null });
  return found;
}

export function hits(text: string): WordHit[] {
  const found: WordHit[] = [];
  for (const [word, category, action] of [['加微信', '违禁词', 'block'], ['保证', '承诺类', 'warn']] as const) {
    const at = text.indexOf(word);
    if (at >= 0) found.push({ start: at, end: at + word.length, kind: 'word', list: 'w1', category, action });
  }
  return found;
}

export function notices(conversations: Map<string, Conversation>): unknown {
  const kinds = ['mention', 'handed_over', 'words', 'scheduled_held', 'followed'];
  const rows = [...conversations.values()];
  const items = kinds.map((kind, at) => {
    const row = rows[at];
    return { kind, subject: `${at + 1}`, tenant: row?.tenant ?? null, line: row?.line ?? null, conversation: row?.id ?? null, number: row?.number ?? null, contact: row?.contact.name ?? null, by: { id: 'u2', alias: '何静' }, data: kind === 'scheduled_held' ? { reason: 'conversation.newer_message' } : {}, at: Date.now() - at * 17 * 60_000, read_at: at < 3 ? null : Date.now() };
  });
  return { items, next: null, unread: 3 };
}

export function toDos(rows: Conversation[]): unknown {
  return {
    waiting: rows.filter((row) => row.waiting === 'agent' && row.status === 'open').slice(0, 5), snoozed: rows.slice(5, 7).map((row) => ({ ...row, snoozed_until: Date.now() + 5 * HOUR })), mentions: rows.slice(2, 4),
    scheduled: waiting.map((one) => ({ scheduled: one, number: 1042, contact: rows[1]?.contact.name ?? '' })), unread_notices: 3,
  };
}

const lists = [
  { id: 'w1', tenant: 't1', line: null, name: '平台禁用语', category: '违禁词', direction: 'out', action: 'block', words: ['加微信', '私下转账', '刷单'], enabled: true, sent_30_days: 0, refused_30_days: 12, changed_at: Date.now() },
  { id: 'w2', tenant: 't1', line: null, name: '承诺用语', category: '承诺类', direction: 'out', action: 'warn', words: ['保证', '一定退', '百分之百'], enabled: true, sent_30_days: 41, refused_30_days: 63, changed_at: Date.now() },
  { id: 'w3', tenant: 't1', line: null, name: '投诉风险', category: '敏感词', direction: 'in', action: 'alert', words: ['12315', '投诉', '曝光', '律师'], enabled: true, sent_30_days: 27, refused_30_days: 0, changed_at: Date.now() },
];

export function wordLists(method: string, id: string | undefined, body: Body): unknown {
  if (id === 'test') return { hits: hits(String(body['text'])) };
  if (method === 'GET') return { items: lists, next: null };
  return method === 'DELETE' ? undefined : { ...lists[0], ...body };
}
