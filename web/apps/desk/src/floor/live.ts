/** What the floor wants of the person, kept right by live events: breaks, things to sign, and raised hands. */
import type { FloorFacts, Hand, Me, MyBreaks, MyFloor } from '@hark/api';
import { setServerTime } from '../state/clock';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { createStore } from '../state/store';

export const myBreaks = createStore<MyBreaks | null>(null);
export const myFloor = createStore<MyFloor | null>(null);
/** The hands that are up where the person helps; empty for who does not. */
export const raised = createStore<Hand[]>([]);
/** Grows whenever something on the floor changed: pages read anew. */
export const floorTurn = createStore(0);
/** What should be heard: a hand that went up, a break that is over, a whisper. */
export type Call = { kind: 'hand' | 'overrun' | 'own_overrun' | 'whisper'; conversation: string | null };
const callers = new Set<(call: Call) => void>();
export function onCall(listener: (call: Call) => void): () => void {
  callers.add(listener);
  return () => callers.delete(listener);
}

/** Many events in a row are answered by one reading. */
const READ_AFTER_MS = 250;
/** Without live events it is asked this often: a day begins, a notice becomes valid. */
const EVERY_MS = 60_000;
let helps = false;
let leads = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function readSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void read(), READ_AFTER_MS);
}

async function read(): Promise<void> {
  const [breaks, floor, hands] = await Promise.allSettled([client.floor.myBreaks(), client.floor.mine(), helps ? client.floor.hands() : Promise.resolve({ items: [], next: null })]);
  if (breaks.status === 'fulfilled') { setServerTime(breaks.value.now); myBreaks.set(breaks.value); }
  if (floor.status === 'fulfilled') myFloor.set(floor.value);
  if (hands.status === 'fulfilled') raised.set(hands.value.items);
  floorTurn.set((turn) => turn + 1);
}

/** Reads at once, after a deed of one's own. */
export function refreshFloor(): void { void read(); }

/** Begins with the person's rights; answers how to end. */
export function startFloor(me: Me): () => void {
  helps = concerns(me, ['hands']);
  leads = concerns(me, ['lead']);
  void read();
  const every = setInterval(() => { if (!document.hidden) void read(); }, EVERY_MS);
  return () => {
    clearInterval(every);
    clearTimeout(timer);
    myBreaks.set(null);
    myFloor.set(null);
    raised.set([]);
  };
}

/** Takes in a live event. */
export function floorEvent(me: string, kind: string, data: FloorFacts, conversation: string | null): void {
  const call = (name: Call['kind']) => { for (const listener of [...callers]) listener({ kind: name, conversation }); };
  if (kind === 'hand.raised' && helps && data.user !== me) call('hand');
  if (kind === 'whisper.sent' && data.user === me) call('whisper');
  if (kind === 'presence.break_overrun') {
    if (data.user === me) call('own_overrun');
    else if (leads) call('overrun');
  }
  readSoon();
}
