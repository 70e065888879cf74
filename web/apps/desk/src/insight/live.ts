/** The picture of the floor for a screen: read once, again when the socket says that a line moved, and now and then in any case. */
import type { Monitor } from '@hark/api';
import { useEffect, useRef, useState } from 'react';
import { useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { faultOf } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { floorTurn } from './moved';

/** Between two reads at the least. */
const PACE_MS = 1_000;
/** Without news it is read anew after this long: what rests on the clock moves too. */
const ANYWAY_MS = 15_000;

export function useMonitor(line: string | null): { monitor: Monitor | null; fault: Fault | null; reload: () => void } {
  const { t } = useT();
  const { desk } = useDesk();
  const turn = useStore(floorTurn);
  const [monitor, setMonitor] = useState<Monitor | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [round, setRound] = useState(0);
  const readAt = useRef(0);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      readAt.current = Date.now();
      client.insight.monitor(line ? { line } : {})
        .then((next) => { if (current) { setMonitor(next); setFault(null); } })
        .catch((error) => { if (current) setFault(faultOf(error, t)); });
      timer = setTimeout(read, ANYWAY_MS);
    };
    timer = setTimeout(read, Math.max(0, PACE_MS - (Date.now() - readAt.current)));
    return () => { current = false; clearTimeout(timer); };
  }, [turn, line, round]);
  const topics = (monitor?.lines ?? []).map((one) => `line:${one.line}`).join(' ');
  useEffect(() => {
    const list = topics.split(' ').filter(Boolean);
    desk.live?.subscribe(list);
    return () => desk.live?.unsubscribe(list);
  }, [topics, desk]);
  return { monitor, fault, reload: () => setRound((now) => now + 1) };
}
