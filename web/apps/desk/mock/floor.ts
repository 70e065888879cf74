/** The floor of the invented desk: breaks, people, hands, sheets and announcements, as far as pages need them to be looked at. */
import type { Break, BreakKind, Briefing, FloorPerson, Hand, Handover, MyBreaks, MyFloor, Announcement } from '@hark/api';

const MINUTE = 60_000;
const T0 = Date.now();
const line = { tenant: 't1', line: 'l1' };

const kinds: BreakKind[] = [
  { id: '1', key: 'rest', name_en: 'Rest', name_zh: '休息', minutes_each: 15, minutes_day: 45, times_day: 0, at_once: 2, approval: false, position: 1, archived: false, anytime: false },
  { id: '2', key: 'meal', name_en: 'Meal', name_zh: '用餐', minutes_each: 60, minutes_day: 60, times_day: 2, at_once: 3, approval: false, position: 2, archived: false, anytime: false },
  { id: '3', key: 'toilet', name_en: 'Toilet', name_zh: '洗手间', minutes_each: 10, minutes_day: 0, times_day: 0, at_once: 0, approval: false, position: 3, archived: false, anytime: true },
  { id: '4', key: 'personal', name_en: 'Personal', name_zh: '个人事务', minutes_each: 15, minutes_day: 30, times_day: 0, at_once: 0, approval: true, position: 4, archived: false, anytime: false },
];
const pause = (user: string, alias: string, over: Partial<Break>): Break => ({ id: `b${user}`, user, alias, number: '', kind: '1', state: 'active', place: null, planned_ms: 15 * MINUTE, asked_at: T0, began_at: T0, due_at: null, over: false, reason: null, ...over });

const person = (id: string, alias: string, number: string, state: FloorPerson['presence']['state'], minutes: number, load: number, over: Partial<FloorPerson> = {}): FloorPerson => ({
  id, alias, number, teams: [], presence: { state, kind: null, since: T0 - minutes * MINUTE, load, capacity: 4 }, on_break: null, taken: [], forced_by: null, forced_reason: null, forced_held: false, forced_until: null, serving: [], ...over,
});
const people: FloorPerson[] = [
  person('u2', '小林', '8012', 'break', 19, 0, { presence: { state: 'break', kind: 'rest', since: T0 - 19 * MINUTE, load: 0, capacity: 4 }, on_break: pause('u2', '小林', { began_at: T0 - 19 * MINUTE, due_at: T0 - 4 * MINUTE, over: true }), taken: [{ kind: '1', times: 2, ms: 34 * MINUTE }] }),
  person('u3', '晓雯', '8015', 'serving', 42, 3, { on_break: pause('u3', '晓雯', { state: 'asked', kind: '4', began_at: null }), serving: [{ conversation: 'c1', line: 'l1', since: T0 - 9 * MINUTE }, { conversation: 'c2', line: 'l1', since: T0 - 3 * MINUTE }] }),
  person('u4', '阿哲', '8021', 'serving', 71, 4, { on_break: pause('u4', '阿哲', { state: 'granted', began_at: null }), serving: [{ conversation: 'c3', line: 'l1', since: T0 - 14 * MINUTE }], taken: [{ kind: '3', times: 1, ms: 6 * MINUTE }] }),
  person('u5', '若溪', '8023', 'busy', 6, 1, { forced_by: '敏敏', forced_reason: '耳机故障，更换设备', forced_held: true, forced_until: T0 + 24 * MINUTE }),
  person('u6', '子涵', '8030', 'ready', 3, 0, { taken: [{ kind: '2', times: 1, ms: 48 * MINUTE }] }),
  person('u7', '嘉怡', '8031', 'break', 8, 0, { presence: { state: 'break', kind: 'meal', since: T0 - 8 * MINUTE, load: 0, capacity: 4 }, on_break: pause('u7', '嘉怡', { kind: '2', began_at: T0 - 8 * MINUTE, due_at: T0 + 52 * MINUTE }) }),
  person('u8', '承宇', '8033', 'wrap_up', 1, 0),
  person('u9', '思远', '8040', 'offline', 300, 0),
];
const hands: Hand[] = [
  { id: 'h1', ...line, conversation: 'c3', user: 'u4', alias: '阿哲', number: '8021', reason: '客户要求升级，退款超出我的权限', state: 'raised', raised_at: T0 - 100_000, taken_by: null, taken_alias: null, taken_at: null, help_ms: null },
  { id: 'h2', ...line, conversation: 'c2', user: 'u3', alias: '晓雯', number: '8015', reason: '不确定保修政策', state: 'taken', raised_at: T0 - 400_000, taken_by: 'u1', taken_alias: '敏敏', taken_at: T0 - 350_000, help_ms: 50_000 },
];
const attendance = people.slice(0, 6).map((one, at) => ({ user: one.id, alias: one.alias, number: one.number, present: at !== 3, acknowledged_at: at < 4 ? T0 : null }));
const briefings: Briefing[] = [
  { id: 'f2', ...line, team: null, day: '2026-11-29', title: '晚班班前会', points: [{ text: '双十二活动今晚 20:00 开始，进线预计增加四成' }], signed: false, by: '敏敏', created_at: T0 - 20 * MINUTE, signed_by: null, signed_at: null, hash: null, intact: true, attendance: attendance.map((one) => ({ ...one, present: false, acknowledged_at: null })), may_manage: true },
  { id: 'f1', ...line, team: null, day: '2026-11-29', title: '早班班前会', points: [{ text: '退款自今日起 24 小时内到账，话术已更新', link: 'https://example.com/refunds' }, { text: '支付渠道 10:00–10:30 维护，受影响客户按公告口径答复' }, { text: '昨日首响达标 91%，今日目标 93%' }], signed: true, by: '敏敏', created_at: T0 - 400 * MINUTE, signed_by: '敏敏', signed_at: T0 - 390 * MINUTE, hash: '7be0c1f29a4d5e', intact: true, attendance, may_manage: true },
];
const handovers: Handover[] = [
  { id: 'o1', ...line, from: 'u3', from_alias: '晓雯', to: 'u1', to_alias: '敏敏', note: '18:00 支付系统升级，期间退款状态可能延迟显示。', state: 'signed', created_at: T0 - 30 * MINUTE, signed_at: T0 - 20 * MINUTE, countersigned_at: null, hash: '91ab77c3f05d2e', intact: true, items: [{ conversation: 'c1', kind: 'open', due_at: T0 + 40 * MINUTE, comment: '等待仓库回复', reassign: true, outcome: null }, { conversation: 'c2', kind: 'snoozed', due_at: T0 + 900 * MINUTE, comment: '', reassign: false, outcome: null }], may_sign: false, may_countersign: true },
];
const announcements: Announcement[] = [
  { id: 'n1', ...line, team: null, role: null, title: '退货政策调整', body: '自 12 月 1 日起，七天无理由延长至三十天。\n生鲜与定制商品除外，答复时请先确认品类。', must_read: true, bars_ready: true, from_at: T0 - 60 * MINUTE, until_at: T0 + 3 * 86_400_000, by: '敏敏', created_at: T0 - 60 * MINUTE, withdrawn_at: null, may_manage: true },
  { id: 'n0', ...line, line: null as never, team: null, role: null, title: '机房空调检修', body: '周日 9:00–11:00。', must_read: false, bars_ready: false, from_at: T0 - 9 * 86_400_000, until_at: T0 - 86_400_000, by: '敏敏', created_at: T0 - 9 * 86_400_000, withdrawn_at: null, may_manage: true },
];
let current: Break | null = null;
let unread = announcements.slice(0, 1);

const page = <T>(items: T[]) => ({ items, next: null });
const myBreaks = (): MyBreaks => ({ kinds: kinds.map((kind) => ({ kind, used_times: kind.id === '1' ? 2 : 0, used_ms: 0, left_times: kind.times_day || null, left_ms: kind.minutes_day ? (kind.id === '1' ? 11 : kind.minutes_day) * MINUTE : null })), current, refused: null, forced: null, now: Date.now() });
const myFloor = (): MyFloor => ({ announcements: unread, briefings: [], handovers, hands: [] });

/** The answer of a call of the floor; `undefined` for what is not the floor's. */
export function floorCall(method: string, path: string[], body: Record<string, unknown>): unknown {
  const [area, id, deed] = path;
  switch (area) {
    case 'break-kinds': return page(kinds);
    case 'me':
      if (id === 'floor') return myFloor();
      if (id !== 'breaks') return undefined;
      if (method === 'POST') current = pause('u1', '敏敏', { kind: String(body['kind']), due_at: Date.now() + 15 * MINUTE });
      if (method === 'DELETE') current = null;
      return myBreaks();
    case 'breaks': return page(people.flatMap((one) => (one.on_break ? [one.on_break] : [])));
    case 'floor': return id === 'people' ? page(people) : undefined;
    case 'hands': return id ? hands.find((one) => one.id === id) : page(hands);
    case 'briefings': return id ? briefings.find((one) => one.id === id) : page(briefings);
    case 'handovers': return id ? handovers.find((one) => one.id === id) : page(handovers);
    case 'announcements':
      if (deed === 'read') { unread = []; return {}; }
      if (deed === 'readers') return page(people.map((one, at) => ({ user: one.id, alias: one.alias, number: one.number, read_at: at % 3 === 0 ? null : T0 })));
      return page(announcements);
    case 'conversations': return deed === 'help' ? { hands: hands.filter((one) => one.conversation === id), watchers: [], whispers: [], may_help: true } : undefined;
    default: return undefined;
  }
}
