/** What the socket tells the screens of figures: that the floor moved, or an alert. They read again what they show. */
import { createStore } from '../state/store';

/** Grows with each change of a line that is watched. */
export const floorTurn = createStore(0);
/** The newest news of an alert. */
export const alertNews = createStore<{ turn: number; kind: string; alert: string }>({ turn: 0, kind: '', alert: '' });

export function floorMoved(): void { floorTurn.set((turn) => turn + 1); }
export function alertsMoved(kind: string, alert: string): void { alertNews.set(({ turn }) => ({ turn: turn + 1, kind, alert })); }
