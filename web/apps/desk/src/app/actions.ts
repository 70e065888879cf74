/** What the palette and the keyboard can do to the conversation that is open. Its screen listens. */
export type ActionName = 'transfer' | 'resolve' | 'snooze' | 'note' | 'reply' | 'next' | 'previous';

type Listener = (name: ActionName, argument?: string) => void;
const listeners = new Set<Listener>();

export function act(name: ActionName, argument?: string): void {
  for (const listener of [...listeners]) listener(name, argument);
}
export function onAct(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Alt combinations only: a bare letter belongs to whoever types, and Chinese input methods leave Alt alone. */
const keys: Record<string, ActionName> = { KeyT: 'transfer', KeyE: 'resolve', KeyZ: 'snooze', KeyN: 'note', KeyR: 'reply', ArrowDown: 'next', ArrowUp: 'previous' };

export function actionOf(event: Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'code' | 'isComposing'>): ActionName | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return null;
  return keys[event.code] ?? null;
}
