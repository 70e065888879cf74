/** The person's own keys, kept by the server. */
import { ownKeys } from '../app/actions';
import { client } from '../state/session';

export async function loadKeys(): Promise<void> {
  ownKeys.set((await client.keys.get()).keys);
}

export async function saveKeys(keys: Record<string, string>): Promise<void> {
  ownKeys.set((await client.keys.set(keys)).keys);
}
