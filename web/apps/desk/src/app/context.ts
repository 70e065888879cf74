/** The desk and the person, for every screen below the shell. */
import type { Me } from '@hark/api';
import { createContext, use } from 'react';
import type { Desk } from '../state/desk';

export const DeskContext = createContext<{ desk: Desk; me: Me } | null>(null);

export function useDesk(): { desk: Desk; me: Me } {
  const value = use(DeskContext);
  if (!value) throw new Error('useDesk outside of the shell');
  return value;
}
