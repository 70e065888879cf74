/** What each live event and signal changes on the desk. */
import type { LiveEvent, LiveSignal } from '@hark/api';
import { floorEvent } from '../floor/live';
import { now } from './clock';
import type { Desk } from './desk';
import { alertsMoved, floorMoved } from '../insight/moved';
import { joinLines } from '../conversations/joins';
import { gapBefore, mark } from './thread';

/** How long "is typing" stands without being renewed. */
const TYPING_MS = 6_000;

export function handleEvent(desk: Desk, event: LiveEvent): void {
  switch (event.kind) {
    case 'message.created': {
      const { message, row } = event.data;
      if (row) desk.rowChanged(row, event.pos);
      desk.sender.seen(message.client_id);
      const thread = desk.known(message.conversation);
      if (thread && gapBefore(thread.get().messages, message.seq)) void desk.catchUp(message.conversation);
      desk.addMessage(message);
      // Live screens never hold what was whispered: who may hear it asks for it.
      if (thread && message.whisper) void desk.reread(message.conversation);
      if (thread && message.author.kind === 'contact') desk.announce.set(`${message.author.name}: ${message.body}`);
      if (thread && joinLines.has(message.event?.kind ?? '')) void desk.rejoin(message.conversation);
      desk.refreshCounts();
      return;
    }
    case 'message.withdrawn': {
      const { message, row } = event.data;
      if (row) desk.rowChanged(row, event.pos);
      desk.addMessage(message);
      return;
    }
    case 'scheduled.changed':
      desk.scheduledChanged.set((all) => new Map(all).set(event.data.conversation, event.pos));
      return;
    case 'personal_notice.created':
      desk.notices.took(event.data.notice);
      return;
    case 'personal_notice.read':
      void desk.notices.load();
      return;
    case 'message.state':
      // `of` says whose words were read: the customer's (by us) change no mark here, ours (by the customer) do.
      if (event.conversation && event.data.of !== 'contact') {
        desk.known(event.conversation)?.set((thread) => ({ ...thread, messages: mark(thread.messages, event.data.seq, event.data.state) }));
      }
      return;
    case 'conversation.changed': {
      const { row } = event.data;
      desk.rowChanged(row, event.pos);
      desk.known(row.id)?.set((thread) => (thread.conversation
        ? { ...thread, conversation: { ...thread.conversation, ...row, contact: { ...thread.conversation.contact, ...row.contact } } }
        : thread));
      if (event.what === 'message.failed' && desk.known(row.id)) void desk.reread(row.id);
      else desk.reach(row.id, row.seq);
      desk.refreshCounts();
      return;
    }
    case 'conversation.removed':
      desk.removeRow(event.data.id);
      desk.refreshCounts();
      return;
    case 'reservation.offered':
      desk.reservations.set((all) => [...all.filter((one) => one.id !== event.data.reservation.id), event.data.reservation]);
      return;
    case 'reservation.ended':
      if (event.data.reason === 'lapsed') {
        const name = desk.reservations.get().find((one) => one.id === event.data.reservation)?.contact.name ?? '';
        desk.missed.set({ reservation: event.data.reservation, name, at: now() });
      }
      desk.reservations.set((all) => all.filter((one) => one.id !== event.data.reservation));
      return;
    case 'presence.changed':
      if (event.data.user === desk.me) desk.presence.set(event.data.presence);
      floorEvent(desk.me, event.kind, event.data, null);
      return;
    case 'mention.created':
      desk.refreshCounts();
      return;
    case 'queue.changed':
      desk.queues.set((all) => {
        const queue = all.get(event.data.queue);
        if (!queue) return all;
        return new Map(all).set(queue.id, { ...queue, waiting: event.data.waiting, longest_wait_ms: event.data.longest_wait_ms, seen_at: now() });
      });
      return;
    case 'alert.raised': case 'alert.acknowledged': case 'alert.escalated': case 'alert.over':
      alertsMoved(event.kind, event.data.alert);
      return;
    case 'settings.changed':
      void desk.refreshMe().catch(() => undefined);
      return;
    default:
      floorEvent(desk.me, event.kind, event.data, event.conversation);
  }
}

export function handleSignal(desk: Desk, signal: LiveSignal): void {
  if (signal.kind === 'presence') {
    if (signal.user === desk.me) desk.presence.set(signal.presence);
    return;
  }
  if (signal.kind === 'monitor.changed') {
    floorMoved();
    return;
  }
  if (signal.kind === 'looking') desk.looked(signal.conversation, signal.lookers.filter((one) => one.id !== desk.me));
  const thread = desk.known(signal.conversation);
  if (!thread) return;
  if (signal.kind === 'looking') {
    thread.set((state) => ({ ...state, lookers: signal.lookers.filter((one) => one.id !== desk.me) }));
  } else if (signal.by.id !== desk.me) {
    // A customer's signal comes without a name: theirs is the one the conversation bears.
    thread.set((state) => ({ ...state, typing: signal.on ? { name: signal.by.name || (state.conversation?.contact.name ?? ''), until: now() + TYPING_MS, ...(signal.by.kind === 'contact' && signal.text && { text: signal.text }) } : null }));
  }
}
