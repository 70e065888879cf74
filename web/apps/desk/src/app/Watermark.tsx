/** Alias, number and time across what is shown, where a client or the provider asks for it: a photograph names its source. */
import { useEffect, useState } from 'react';
import type { Me } from '@hark/api';

/** Marks that cover the largest screens. */
const MARKS = 40;

export function Watermark({ me, within }: { me: Me; within?: boolean }) {
  const [at, setAt] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setAt(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  const two = (value: number) => String(value).padStart(2, '0');
  const text = `${me.user.alias} ${me.user.number} · ${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  return <div className={within ? 'watermark watermark-within' : 'watermark'} aria-hidden="true">{Array.from({ length: MARKS }, (_, i) => <span key={i}>{text}</span>)}</div>;
}
