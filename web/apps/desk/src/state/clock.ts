/** The server's time and one ticking second for every running clock on the screen. */
import { useMemo } from 'react';
import { createStore, useStore } from './store';

let offset = 0;
/** Sets how far this machine's clock is from the server's. */
export function setServerTime(now: number): void { offset = now - Date.now(); }
/** Now, by the server's clock. */
export function now(): number { return Date.now() + offset; }

const second = createStore(0);
let timer: ReturnType<typeof setInterval> | undefined;
let users = 0;

const ticking = {
  get: second.get,
  set: second.set,
  watch: (tell: () => void) => {
    users += 1;
    timer ??= setInterval(() => second.set(Math.floor(Date.now() / 1000)), 1000);
    const stop = second.watch(tell);
    return () => {
      stop();
      users -= 1;
      if (users === 0) {
        clearInterval(timer);
        timer = undefined;
      }
    };
  },
};

/** Now, renewed every second. */
export function useNow(): number {
  useStore(ticking);
  return now();
}

/** Now, the same value until the second has passed: a part that is given it stays as it is meanwhile. */
export function useSecond(): number {
  const tick = useStore(ticking);
  return useMemo(now, [tick]);
}
