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

/** What it was done to: its name where the record holds one, else what it is and its number. */
export function subjectWords({ subject, before, after }: AuditEntry, t: Say): string {
  const kind = nouns[subject.kind];
  const name = [after, before].map(nameIn).find(Boolean);
  const number = subject.id === '0' ? '' : ` ${subject.id}`;
  return name ?? `${kind ? t(kind) : subject.kind}${number}`;
}

/** The name that a state of something goes by. */
function nameIn(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { name, alias, title, login } = state as Record<string, unknown>;
  return [name, alias, title, login].find((one): one is string => typeof one === 'string' && one !== '');
}
