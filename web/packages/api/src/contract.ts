/**
 * What desk and server say to each other: every id, record and event of `/api/v1`.
 *
 * Times are milliseconds since 1970 (UTC) and are named `*_at`; lengths of time are named `*_ms`; what is absent is `null`.
 */

/** An id that cannot be mistaken for the id of another kind of thing. */
export type Id<Kind extends string> = string & { readonly __id?: Kind };

export type TenantId = Id<'tenant'>;
export type LineId = Id<'line'>;
export type UserId = Id<'user'>;
export type ContactId = Id<'contact'>;
export type ConversationId = Id<'conversation'>;
export type MessageId = Id<'message'>;
export type AttachmentId = Id<'attachment'>;
export type QueueId = Id<'queue'>;
export type InboxId = Id<'inbox'>;
export type TeamId = Id<'team'>;
export type ReservationId = Id<'reservation'>;

export type Language = 'zh-CN' | 'en';
export type ThemeChoice = 'light' | 'dark' | 'system';
export type Density = 'normal' | 'large';
export type SendKey = 'enter' | 'ctrl_enter';

/** One page of a list and where the next one begins. */
export interface Page<T> { items: T[]; next: string | null }

export interface Session { id: string; current: boolean; created_at: number; seen_at: number; ip: string; agent: string }

export interface UserView {
  id: UserId; login: string; name: string; alias: string; number: string; language: Language; disabled: boolean;
  teams: string[]; created_at: number; totp: boolean;
}

/** What one person arranged for themselves; kept by the server so that it follows them to another machine. */
export interface Layout { list_w?: number; context_w?: number; context_open?: boolean; context_tab?: string; view?: View; sound?: boolean }

export interface Settings { language: Language; theme: ThemeChoice; density: Density; send_key: SendKey; layout: Layout }

export interface TenantMark { id: TenantId; name: string; mark_color: string; initial: string }

export interface Me {
  user: UserView;
  tenants: TenantMark[];
  lines: { id: LineId; tenant: TenantId; name: string }[];
  permissions: { provider: string[]; tenants: Record<string, string[]>; lines: Record<string, string[]> };
  settings: Settings;
  presence: Presence;
  watermark: boolean;
  origins: { desk: string; public: string; files: string };
  now: number;
}

// ── Administration ──

export interface Tenant { id: TenantId; name: string; mark_color: string; archived: boolean; created_at: number }
export interface Line { id: LineId; tenant: TenantId; name: string; calendar: string | null; disposition_required: boolean; created_at: number }
export interface Grant { id: string; role: string; tenant: TenantId | null; line: LineId | null }
export interface Role { id: string; name: string; name_en: string; name_zh: string; permissions: string[]; builtin: boolean }
export interface PermissionArea { area: string; permissions: { key: string; en: string; zh: string }[] }
export interface LinkView { kind: 'invite' | 'reset'; login: string; name: string }
export interface Team { id: TeamId; name: string; members: UserId[] }
export interface Skill { id: string; name: string }
export interface SkillGrant { skill: string; level: number; valid_until?: number | null }
export interface Span { from: string; to: string }
export interface CalendarException { date: string; kind: 'closed' | 'workday' | 'spans'; spans?: Span[]; name: string; status: 'published' | 'projected' }
export interface Calendar {
  id: string; tenant: TenantId | null; name: string; zone: string; weekly: Span[][];
  exceptions: CalendarException[]; use_china_holidays: boolean;
}
export interface ApiToken {
  id: string; name: string; permissions: string[]; tenant: TenantId | null; line: LineId | null;
  expires_at: number | null; created_at: number; used_at?: number | null;
}
export interface AuditEntry {
  id: string; at: number; tenant: TenantId | null; actor: { kind: string; id: string; name: string }; action: string;
  subject: { kind: string; id: string }; before?: unknown; after?: unknown; reason?: string | null; ip: string | null;
}
export interface Webhook { id: string; tenant: TenantId; url: string; kinds: string[]; enabled: boolean; stopped: string | null; created_at: number; secret?: string }
export interface WebhookKind { kind: string; en: string; zh: string }
export interface DeliveryFault { code: string; title: string }
export interface WebhookTest { ok: boolean; took_ms: number; response_code: number | null; failure: DeliveryFault | null }
export interface Delivery {
  id: string; kind: string; status: 'pending' | 'delivered' | 'failed'; attempts: number; happened_at: number; next_at: number | null;
  response_code: number | null; failure: DeliveryFault | null;
}

// ── Customers ──

export type Channel = 'webchat' | 'api';
export interface Handle { id: string; kind: 'email' | 'phone' | 'visitor' | 'external'; value: string; verified: boolean }
export interface Preferences { channel?: string; quiet?: string; note?: string }

export interface Contact {
  id: ContactId; tenant: TenantId; name: string; salutation: string | null; initial: string; color: string;
  language: string | null; tier: string | null; handles: Handle[]; organisation: { id: string; name: string } | null;
  attributes: Record<string, string>; preferences: Preferences; tags: string[];
  first_seen_at: number; last_seen_at: number;
  conversations: { total: number; open: number; last_30_days: number };
  repeat: { within_24h: number; within_48h: number };
  note?: string | null;
}
export interface ContactLite { id: ContactId; name: string; initial: string; color: string; tier: string | null; salutation: string | null; tenant?: TenantId }
export interface TimelineEntry {
  kind: string; at: number; line: LineId | null; conversation: ConversationId | null; text: string;
  data: { number?: number | string; channel?: Channel; resolved_at?: number | null } | null;
}
export interface Organisation { id: string; tenant: TenantId; name: string }
export interface AttributeDefinition {
  id: string; tenant: TenantId; key: string; label_en: string; label_zh: string;
  kind: 'text' | 'number' | 'date' | 'choice'; choices: string[] | null;
}

// ── Conversations ──

export interface InboxConfig {
  allowed_sites: string[];
  brand: { name: string; color: string; greeting_zh: string; greeting_en: string; offline_zh: string; offline_en: string };
  webhook_url?: string | null;
}
export interface Inbox {
  id: InboxId; tenant: TenantId; line: LineId; channel: Channel; name: string; queue: QueueId | null; enabled: boolean;
  config: InboxConfig; key: string;
}

export type View = 'mine' | 'queue' | 'mentions' | 'followed' | 'open' | 'closed' | 'all';
export type Status = 'open' | 'snoozed' | 'resolved';
export type Priority = 'low' | 'normal' | 'high' | 'urgent';
export type Mode = 'reply' | 'note';
export type MessageState = 'sent' | 'delivered' | 'read' | 'failed';
export interface Person { id: UserId; alias: string }

export interface ConversationRow {
  id: ConversationId; number: string | number; tenant: TenantId; line: LineId; inbox: InboxId; channel: Channel;
  contact: { id: ContactId; name: string; initial: string; color: string };
  status: Status; waiting: 'agent' | 'customer' | 'none'; waiting_since: number | null; due_at: number | null;
  assignee: Person | null; queue: QueueId | null; priority: Priority;
  last: { text: string; at: number; by: 'contact' | 'user' | 'bot' | 'system'; note: boolean } | null;
  /** Messages of the customer so far: what is unread follows from it where `unread` itself is not told. */
  contact_count: number;
  /** What one reader alone knows; `null` in rows that are told to many at once. */
  unread: number | null; draft: string | null; mentioned: boolean | null; tags: string[]; category: string | null;
  snoozed_until: number | null; seq: number; queued_at: number | null; place: number | null;
}

export type DispositionKind = 'consult' | 'query' | 'handle' | 'complaint' | 'suggestion' | 'praise' | 'fault' | 'report';
export type Outcome = 'solved' | 'unsolved' | 'follow_up';
export interface Disposition { kind: DispositionKind; category: string | null; cause: string; outcome: Outcome; note: string; by: UserId; at: number }
export type DispositionInput = Pick<Disposition, 'kind' | 'category' | 'cause' | 'outcome' | 'note'>;

export interface Conversation extends Omit<ConversationRow, 'contact'> {
  contact: ConversationRow['contact'] & { tier: string | null; salutation: string | null };
  brand: { name: string; color: string }; inbox_name: string; line_name: string; tenant_name: string;
  page: { url: string; title: string | null } | null; followers: Person[]; disposition: Disposition | null; disposition_required: boolean;
  repeat: { within_24h: number; within_48h: number }; lookers: Person[];
  created_at: number; resolved_at: number | null; assigned_at: number | null; why: string[] | null; other_open: number;
}

export interface Attachment {
  id: AttachmentId; name: string; mime: string; size: number; width?: number | null; height?: number | null;
  url: string; preview_url?: string | null;
}
export interface MessageEvent { kind: string; data: Record<string, unknown> }
export interface Message {
  id: MessageId; client_id: string | null; conversation: ConversationId; seq: number; kind: 'text' | 'event'; mode: Mode;
  author: { kind: 'contact' | 'user' | 'bot' | 'system'; id: string | null; name: string; initial: string; color: string };
  body: string; attachments: Attachment[]; mentions: Person[]; state: MessageState;
  /** Why it could not be delivered: an error code. */
  failure: string | null; at: number; event?: MessageEvent | null;
}
export interface MessagePage { items: Message[]; first_seq: number; last_seq: number; pos: number }
export interface NewMessage {
  client_id: string; mode: Mode; body: string; attachments?: AttachmentId[]; mentions?: UserId[]; seen_seq: number; force?: boolean;
}
export interface SavedDraft { body: string; base_seq: number; at: number }
export interface Drafts { reply: SavedDraft | null; note: SavedDraft | null }
export interface Category { id: string; name_zh: string; name_en: string; parent: string | null; children?: Category[] }
export interface Counts { mine: number; queue: number; mentions: number; followed: number; waiting_for_me: number }
export interface RowPage extends Page<ConversationRow> { pos: number }

export interface SearchHit { message: Message; conversation: ConversationId; contact_name: string; snippet_html: string; at: number }
export interface SearchResult { messages: SearchHit[]; contacts: ContactLite[]; took_ms: number }
export interface Colleague { id: UserId; alias: string; number: string; state: PresenceState; online: boolean }
export type TransferTarget = { user: UserId } | { queue: QueueId } | { team: TeamId };

// ── Routing ──

export type PresenceState = 'ready' | 'serving' | 'wrap_up' | 'break' | 'busy' | 'training' | 'meeting' | 'offline';
export type ChosenState = Exclude<PresenceState, 'serving' | 'wrap_up'>;
export interface Presence { state: PresenceState; kind: string | null; since: number; load: number; capacity: number }
export interface Reservation {
  id: ReservationId; conversation: ConversationId; contact: { name: string; initial: string; color: string; tier: string | null };
  tenant: TenantId; line: LineId; inbox_name: string; queue: { id: QueueId; name: string }; waiting_ms: number;
  offered_at: number; expires_at: number; why: string[]; last_text: string | null; repeat_24h: number;
}
export interface Queue {
  id: QueueId; tenant: TenantId; line: LineId; name: string; skills: { skill: string; level: number }[];
  waiting: number; longest_wait_ms: number; agents_ready: number; agents_on: number;
}
export interface FloorFigures { waiting: number; longest_wait_ms: number; within_3min_rate: number | null }

// ── Live ──

export interface LiveEvents {
  'message.created': { message: Message; row?: ConversationRow };
  /** Whose marks moved: the customer's over our messages, or ours over theirs. */
  'message.state': { seq: number; state: MessageState; of?: 'contact' | 'staff' };
  'conversation.changed': { row: ConversationRow };
  'conversation.removed': { id: ConversationId };
  'reservation.offered': { reservation: Reservation };
  'reservation.ended': { reservation: ReservationId; reason: 'accepted' | 'lapsed' | 'withdrawn' | 'declined' };
  'presence.changed': { user: UserId; presence: Presence };
  'mention.created': { conversation: ConversationId; message: MessageId };
  'queue.changed': { queue: QueueId; waiting: number; longest_wait_ms: number };
  'settings.changed': Record<string, never>;
}
export type LiveEvent = {
  [K in keyof LiveEvents]: { op: 'event'; pos: number; kind: K; what?: string; tenant: TenantId | null; conversation: ConversationId | null; data: LiveEvents[K] };
}[keyof LiveEvents];
export type LiveSignal =
  | { op: 'signal'; kind: 'typing'; conversation: ConversationId; by: { kind: string; id: string; name: string }; on: boolean }
  | { op: 'signal'; kind: 'looking'; conversation: ConversationId; lookers: Person[] }
  | { op: 'signal'; kind: 'presence'; user: UserId; presence: Presence };
export type ByeReason = 'signed_out' | 'disabled' | 'restart';
export type ServerFrame =
  | { op: 'ready'; pos: number; user: UserId }
  | { op: 'resync'; pos: number }
  | LiveEvent
  | LiveSignal
  | { op: 'pong' }
  | { op: 'bye'; reason: ByeReason };
