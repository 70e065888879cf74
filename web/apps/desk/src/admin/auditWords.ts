/** The record in words: an action is a thing and what was done to it; what is not known here is shown as it is kept. */
import type { AuditEntry } from '@hark/api';
import type { Key } from '@hark/i18n';

type Say = (key: Key) => string;

const nouns: Record<string, Key> = {
  user: 'audit.noun.user',
  role: 'audit.noun.role',
  team: 'audit.noun.team',
  skill: 'audit.noun.skill',
  grant: 'audit.noun.grant',
  session: 'audit.noun.session',
  token: 'audit.noun.token',
  tenant: 'audit.noun.tenant',
  line: 'audit.noun.line',
  provider: 'audit.noun.provider',
  calendar: 'audit.noun.calendar',
  inbox: 'audit.noun.inbox',
  queue: 'audit.noun.queue',
  category: 'audit.noun.category',
  survey: 'audit.noun.survey',
  phrase: 'audit.noun.phrase',
  macro: 'audit.noun.macro',
  view: 'audit.noun.view',
  word_list: 'audit.noun.word_list',
  protection: 'audit.noun.protection',
  contact: 'audit.noun.contact',
  organisation: 'audit.noun.organisation',
  attribute: 'audit.noun.attribute',
  segment: 'audit.noun.segment',
  block: 'audit.noun.block',
  duplicates: 'audit.noun.duplicates',
  import: 'audit.noun.import',
  export: 'audit.noun.export',
  conversation: 'audit.noun.conversation',
  conversations: 'audit.noun.conversations',
  message: 'audit.noun.message',
  webhook: 'audit.noun.webhook',
  bot: 'audit.noun.bot',
  mail: 'audit.noun.mail',
  letter: 'audit.noun.letter',
  break_kind: 'audit.noun.break_kind',
  break: 'audit.noun.break',
  capacity: 'audit.noun.capacity',
  presence: 'audit.noun.presence',
  routing: 'audit.noun.routing',
  target: 'audit.noun.target',
  threshold: 'audit.noun.threshold',
  alert: 'audit.noun.alert',
  announcement: 'audit.noun.announcement',
  briefing: 'audit.noun.briefing',
  handover: 'audit.noun.handover',
  hand: 'audit.noun.hand',
  watch: 'audit.noun.watch',
  whisper: 'audit.noun.whisper',
  report: 'audit.noun.report',
  audit: 'audit.noun.audit',
  audit_trail: 'audit.noun.audit_trail',
};

const verbs: Record<string, Key> = {
  created: 'audit.verb.created',
  changed: 'audit.verb.changed',
  removed: 'audit.verb.removed',
  added: 'audit.verb.added',
  revoked: 'audit.verb.revoked',
  granted: 'audit.verb.granted',
  disabled: 'audit.verb.disabled',
  enabled: 'audit.verb.enabled',
  signed_out: 'audit.verb.signed_out',
  started: 'audit.verb.started',
  ended: 'audit.verb.ended',
  begun: 'audit.verb.begun',
  password_changed: 'audit.verb.password_changed',
  reset_asked: 'audit.verb.reset_asked',
  reset_link: 'audit.verb.reset_link',
  secret_rotated: 'audit.verb.secret_rotated',
  identity_rotated: 'audit.verb.identity_rotated',
  filled: 'audit.verb.filled',
  emptied: 'audit.verb.emptied',
  tested: 'audit.verb.tested',
  replayed: 'audit.verb.replayed',
  opened: 'audit.verb.opened',
  unmasked: 'audit.verb.unmasked',
  looked_up: 'audit.verb.looked_up',
  exported: 'audit.verb.exported',
  imported: 'audit.verb.imported',
  merged: 'audit.verb.merged',
  merge_undone: 'audit.verb.merge_undone',
  split: 'audit.verb.split',
  forwarded: 'audit.verb.forwarded',
  join_undone: 'audit.verb.join_undone',
  related: 'audit.verb.related',
  unrelated: 'audit.verb.unrelated',
  handle_added: 'audit.verb.handle_added',
  handle_removed: 'audit.verb.handle_removed',
  tagged: 'audit.verb.tagged',
  consent_said: 'audit.verb.consent_said',
  asked: 'audit.verb.asked',
  decided: 'audit.verb.decided',
  scan_asked: 'audit.verb.scan_asked',
  published: 'audit.verb.published',
  read: 'audit.verb.read',
  acknowledged: 'audit.verb.acknowledged',
  signed: 'audit.verb.signed',
  countersigned: 'audit.verb.countersigned',
  raised: 'audit.verb.raised',
  taken: 'audit.verb.taken',
  lowered: 'audit.verb.lowered',
  invited: 'audit.verb.invited',
  forced: 'audit.verb.forced',
  released: 'audit.verb.released',
  undone: 'audit.verb.undone',
  bulk: 'audit.verb.bulk',
  client_changed: 'audit.verb.client_changed',
  taken_over: 'audit.verb.taken_over',
  sent: 'audit.verb.sent',
  withdrawn: 'audit.verb.withdrawn',
};

/** `line.changed` as people say it. */
export function actionWords(action: string, t: Say): string {
  const [noun = '', verb = ''] = action.split('.');
  const thing = nouns[noun];
  const deed = verbs[verb];
  return thing && deed ? `${t(thing)} · ${t(deed)}` : action;
}

/** The kinds of things that the record can be narrowed to. */
export const subjects = (t: Say): { value: string; label: string }[] =>
  Object.entries(nouns).map(([value, key]) => ({ value, label: t(key) })).sort((a, b) => a.label.localeCompare(b.label));

/** What is done to each kind of thing, as far as the record can be narrowed to it. */
const deeds: Record<string, string> = {
  user: 'created changed disabled enabled invited password_changed reset_link signed_out', session: 'started ended', role: 'created changed removed', grant: 'added removed', team: 'created changed removed',
  skill: 'created changed removed granted', token: 'created revoked', tenant: 'created changed', line: 'created changed filled emptied', provider: 'changed', calendar: 'created changed',
  inbox: 'created changed identity_rotated secret_rotated', queue: 'created changed removed', category: 'created removed', survey: 'changed removed invited', phrase: 'created changed removed',
  macro: 'created changed removed', view: 'created changed removed', word_list: 'created changed removed', protection: 'changed', contact: 'created changed opened unmasked merged merge_undone related unrelated handle_added handle_removed tagged consent_said',
  organisation: 'created changed', attribute: 'created', segment: 'created changed removed', block: 'asked decided', duplicates: 'scan_asked', import: 'created', export: 'created', conversation: 'opened unmasked taken_over',
  conversations: 'bulk', message: 'withdrawn', webhook: 'created changed removed secret_rotated', bot: 'created changed removed', mail: 'changed removed tested', letter: 'replayed', break_kind: 'created changed', capacity: 'changed',
  presence: 'forced released', routing: 'changed client_changed', target: 'changed', threshold: 'created changed removed', alert: 'acknowledged', announcement: 'published read withdrawn', briefing: 'created changed signed acknowledged',
  handover: 'created changed signed countersigned', hand: 'raised taken lowered', whisper: 'sent',
};

/** The actions that the record can be narrowed to, in words: of one kind of thing, or of all; `seen` are in the list already. */
export function actions(kind: string, seen: Iterable<string>, t: Say): { value: string; label: string }[] {
  const known = Object.entries(deeds).flatMap(([noun, verbs_]) => verbs_.split(' ').map((verb) => `${noun}.${verb}`));
  return [...new Set([...known, ...seen])].filter((one) => !kind || one.startsWith(`${kind}.`)).map((value) => ({ value, label: actionWords(value, t) })).sort((a, b) => a.label.localeCompare(b.label));
}

/** Names by id, of what the page knows. */
export type Names = ReadonlyMap<string, string>;

/** What it was done to: its name where the record holds one or the page knows it, else what it is and its number. */
export function subjectWords({ subject, before, after }: AuditEntry, t: Say, names: Names = new Map()): string {
  const kind = nouns[subject.kind];
  const whose = [after, before].map((state) => names.get(String((state as { user?: unknown } | null)?.user ?? ''))).find(Boolean);
  const name = [after, before].map(nameIn).find(Boolean) ?? names.get(subject.id);
  const number = subject.id === '0' ? '' : ` ${subject.id}`;
  return name ?? `${kind ? t(kind) : subject.kind}${whose ? ` · ${whose}` : number}`;
}

export interface Fact { key: string; before: string; after: string; changed: boolean }
interface Saying { t: Say; exact: (at: number) => string; length: (ms: number) => string; several: (names: readonly string[]) => string; names: Names }

const ABSENT = '—';
/** A moment stands as ms since 1970 under a key that says so. */
const MOMENT = /(^|_)(at|until|from_at)$/;

function said(key: string, value: unknown, saying: Saying): string {
  if (value === null || value === undefined || value === '') return ABSENT;
  if (typeof value === 'boolean') return saying.t(value ? 'audit.yes' : 'audit.no');
  if (typeof value === 'number') return MOMENT.test(key) && value > 1e11 ? saying.exact(value) : key.endsWith('_ms') ? saying.length(value) : String(value);
  if (typeof value === 'string') return value === '0' && /^(line|tenant)$/.test(key) ? saying.t('audit.all_of_it') : saying.names.get(value) ?? (valueWords[key] && saying.t(`${valueWords[key]}${value}` as Key) || value);
  if (Array.isArray(value)) return value.length === 0 ? ABSENT : saying.several(value.map((one) => said(key, one, saying)));
  return saying.several(Object.entries(value).filter(([, one]) => one !== null).map(([inner, one]) => `${factName(inner, saying.t)} ${said(inner, one, saying)}`));
}

/** What stood before and what stands now, one fact a line, what changed first; what lies within another is named by both. */
export function facts(before: unknown, after: unknown, saying: Saying): Fact[] {
  const old = flat(before);
  const now = flat(after);
  return [...new Set([...old.keys(), ...now.keys()])].map((path) => {
    const key = path.split('/').pop() ?? path;
    const [one, other] = [said(key, old.get(path), saying), said(key, now.get(path), saying)];
    return { key: path.split('/').filter((part, at, all) => at === all.length - 1 || !HOLDERS.has(part)).map((part) => factName(part, saying.t)).join(' / '), before: one, after: other, changed: one !== other };
  }).sort((a, b) => Number(b.changed) - Number(a.changed));
}

/** Parts of a record that only hold others: a path need not say them. */
const HOLDERS = new Set(['rules', 'config', 'definition', 'brand', 'widget']);

function flat(state: unknown, under = ''): Map<string, unknown> {
  const all = new Map<string, unknown>();
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    if (state !== null && state !== undefined) all.set(under, state);
    return all;
  }
  for (const [key, value] of Object.entries(state)) {
    const path = under ? `${under}/${key}` : key;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) for (const [inner, one] of flat(value, path)) all.set(inner, one);
    else all.set(path, value);
  }
  return all;
}

/** What a key of the record is called on the pages where it is set; one that no page names stands as it is kept. */
function factName(key: string, t: Say): string {
  const own = keyWords[key];
  if (own) return t(own);
  for (const where of ['field', 'user', 'queues', 'breaks', 'threshold', 'phrase', 'contact', 'widget', 'calendars', 'survey', 'mail']) {
    const word = t(`${where}.${key}` as Key);
    if (word) return word;
  }
  return key;
}

const keyWords: Record<string, Key> = {
  user: 'people.agent', from: 'audit.from', tenant: 'word.client', line: 'word.line', queue: 'field.queue', role: 'audit.noun.role', team: 'floor.team', skill: 'audit.noun.skill', skills: 'queues.needs', members: 'field.members',
  permissions: 'roles.permissions', calendar: 'field.calendar', contact: 'audit.noun.contact', conversation: 'audit.noun.conversation', category: 'disposition.category', tags: 'tags.label', words: 'wordlist.words', direction: 'wordlist.direction',
  enabled: 'field.enabled', rules: 'queues.part_serve', auto_accept: 'queues.auto', offer_ms: 'audit.key.offer_ms', wrap_up_ms: 'audit.key.wrap_up_ms', on_absence: 'queues.absence', stages: 'queues.stage_who', level: 'skills.level_title',
  last_agent_keep_ms: 'audit.key.last_agent_keep_ms', last_agent_within_ms: 'audit.key.last_agent_within_ms', repeat_keep_ms: 'audit.key.repeat_keep_ms', repeat_within_ms: 'audit.key.repeat_within_ms', passed_keep_ms: 'audit.key.passed_keep_ms',
  for_ms: 'audit.key.for_ms', escalate_ms: 'audit.key.escalate_ms', answer_within_ms: 'audit.key.answer_within_ms', short_abandon_ms: 'audit.key.short_abandon_ms', seats: 'queues.seats', hours: 'queues.hours',
};

/** The name that a state of something goes by. */
function nameIn(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { name, alias, title, login } = state as Record<string, unknown>;
  return [name, alias, title, login].find((one): one is string => typeof one === 'string' && one !== '');
}

/** Where the words for a value stand, by the key it stands under. */
const valueWords: Record<string, string> = {
  fit: 'queues.fit_', on_absence: 'queues.absence_', hours: 'queues.hours_', work: 'queues.work_', channel: 'channel.', direction: 'wordlist.direction.', action: 'wordlist.action.', metric: 'metric.', operator: 'alert.', kind: 'handle.', language: 'audit.language.',
};
