/**
 * The frames of `/api/v1/live`, which OpenAPI has no words for: what the socket carries around the records of `contract.ts`.
 */
import type { AlertId, LineId, ConversationId, ConversationRow, Message, MessageId, MessageState, Notice, Person, Presence, QueueId, Reservation, ReservationId, ScheduledId, TenantId, UserId } from './contract';
import type { FloorFacts, FloorKind } from './floor';

export interface LiveEvents extends Record<FloorKind, FloorFacts> {
  'message.created': { message: Message; row?: ConversationRow };
  /** Whose marks moved: the customer's over our messages, or ours over theirs. */
  'message.state': { seq: number; state: MessageState; of?: 'contact' | 'staff' };
  'conversation.changed': { row: ConversationRow };
  'message.withdrawn': { message: Message; row?: ConversationRow };
  'scheduled.changed': { id: ScheduledId; conversation: ConversationId; state: string; author: UserId };
  'personal_notice.created': { notice?: Notice };
  'personal_notice.read': Record<string, never>;
  'conversation.removed': { id: ConversationId };
  'reservation.offered': { reservation: Reservation };
  'reservation.ended': { reservation: ReservationId; reason: 'accepted' | 'lapsed' | 'withdrawn' | 'declined' };
  'presence.changed': { user: UserId; presence: Presence };
  'mention.created': { conversation: ConversationId; message: MessageId };
  'queue.changed': { queue: QueueId; waiting: number; longest_wait_ms: number };
  'alert.raised': { alert: AlertId; line: LineId };
  'alert.acknowledged': { alert: AlertId; line: LineId };
  'alert.escalated': { alert: AlertId; line: LineId };
  'alert.over': { alert: AlertId; line: LineId };
  'settings.changed': Record<string, never>;
}
export type LiveEvent = {
  [K in keyof LiveEvents]: { op: 'event'; pos: number; kind: K; what?: string; tenant: TenantId | null; conversation: ConversationId | null; data: LiveEvents[K] };
}[keyof LiveEvents];
export type LiveSignal =
  | { op: 'signal'; kind: 'typing'; conversation: ConversationId; by: { kind: string; id: string; name: string }; on: boolean; text?: string }
  | { op: 'signal'; kind: 'looking'; conversation: ConversationId; lookers: Person[] }
  | { op: 'signal'; kind: 'presence'; user: UserId; presence: Presence }
  | { op: 'signal'; kind: 'monitor.changed'; line: LineId };
export type ByeReason = 'signed_out' | 'disabled' | 'restart';
export type ServerFrame =
  | { op: 'ready'; pos: number; user: UserId }
  | { op: 'resync'; pos: number }
  | LiveEvent
  | LiveSignal
  | { op: 'pong' }
  | { op: 'bye'; reason: ByeReason };
