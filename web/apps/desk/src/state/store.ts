/** A value that can be watched. Everything the desk shows lives in a few of these, outside of React. */
import { useSyncExternalStore } from 'react';

export interface Store<T> {
  get: () => T;
  set: (next: T | ((now: T) => T)) => void;
  watch: (tell: () => void) => () => void;
}

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const told = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      const made = typeof next === 'function' ? (next as (now: T) => T)(value) : next;
      if (Object.is(made, value)) return;
      value = made;
      for (const tell of [...told]) tell();
    },
    watch: (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.watch, store.get);
}

/** A part of a store; `pick` must give the same object for the same state. */
export function usePart<T, P>(store: Store<T>, pick: (value: T) => P): P {
  return useSyncExternalStore(store.watch, () => pick(store.get()));
}
