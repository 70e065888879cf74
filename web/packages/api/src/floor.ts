/** The floor: breaks, states that leads set, raised hands, briefings, handovers, announcements; types and calls. */
import type { Page, Presence } from './contract';
import type { components } from './schema';

type Schemas = components['schemas'];
type Whole<T> = T extends readonly (infer One)[] ? Whole<One>[] : T extends object ? { [Key in keyof T]-?: Whole<T[Key]> } : T;
type Of<Name extends keyof Schemas> = Whole<Schemas[Name]>;

export type BreakKind = Of<'BreakKindView'>;
export type Break = Of<'BreakView'>;
export type BreakLeft = Of<'BreakLeft'>;
export type MyBreaks = Of<'MyBreaks'>;
export type FloorPerson = Omit<Of<'PersonView'>, 'presence'> & { presence: Presence };
export type Hand = Of<'HandView'>;
export type Help = Of<'HelpView'>;
export type BriefingPoint = Schemas['BriefingPoint'];
export type Briefing = Omit<Of<'BriefingView'>, 'points'> & { points: BriefingPoint[] };
export type Handover = Of<'HandoverView'>;
export type HandoverItem = Of<'HandoverItemView'>;
export type Announcement = Of<'AnnouncementView'>;
export type AnnouncementReader = Of<'AnnouncementReader'>;
export type MyFloor = Omit<Of<'MyFloor'>, 'briefings'> & { briefings: Briefing[] };
export type ForcedState = 'ready' | 'busy' | 'training' | 'meeting' | 'offline';

type Query = Record<string, string | number | boolean | null | undefined>;
/** The ways of asking, as the client has them. */
interface Ask {
  get: <T>(path: string, query?: Query) => Promise<T>;
  post: <T>(path: string, json?: unknown) => Promise<T>;
  put: <T>(path: string, json: unknown) => Promise<T>;
  patch: <T>(path: string, json: unknown) => Promise<T>;
  remove: <T = void>(path: string, json?: unknown) => Promise<T>;
}
const seg = encodeURIComponent;

export function floorCalls({ get, post, put, patch, remove }: Ask) {
  return {
    breakKinds: () => get<Page<BreakKind>>('/break-kinds'),
    createBreakKind: (body: object) => post<BreakKind>('/break-kinds', body),
    changeBreakKind: (id: string, body: object) => patch<BreakKind>(`/break-kinds/${seg(id)}`, body),
    myBreaks: () => get<MyBreaks>('/me/breaks'),
    askForBreak: (kind: string) => post<MyBreaks>('/me/breaks', { kind }),
    cancelBreak: () => remove<MyBreaks>('/me/breaks'),
    breaks: () => get<Page<Break>>('/breaks'),
    approve: (id: string) => post<Break>(`/breaks/${seg(id)}/approve`),
    refuse: (id: string, reason: string) => post<Break>(`/breaks/${seg(id)}/refuse`, { reason }),
    people: (query: { line?: string; team?: string; at_work?: boolean; cursor?: string | null; limit?: number }) => get<Page<FloorPerson>>('/floor/people', query),
    force: (user: string, state: ForcedState, reason: string, minutes: number | null) => put<Presence>(`/users/${seg(user)}/presence`, { state, reason, ...(minutes !== null && { minutes }) }),
    release: (user: string) => remove<Presence>(`/users/${seg(user)}/presence`),
    mine: () => get<MyFloor>('/me/floor'),
    hands: () => get<Page<Hand>>('/hands'),
    raise: (conversation: string, reason: string) => post<Hand>(`/conversations/${seg(conversation)}/hand`, { reason }),
    takeHand: (id: string) => post<Hand>(`/hands/${seg(id)}/take`),
    lowerHand: (id: string) => post<Hand>(`/hands/${seg(id)}/lower`),
    help: (conversation: string) => get<Help>(`/conversations/${seg(conversation)}/help`),
    watch: (conversation: string) => post<Help>(`/conversations/${seg(conversation)}/watch`),
    unwatch: (conversation: string) => remove<Help>(`/conversations/${seg(conversation)}/watch`),
    whisper: (conversation: string, client_id: string, body: string) => post<{ id: string }>(`/conversations/${seg(conversation)}/whispers`, { client_id, body }),
    briefings: (line: string, cursor?: string | null) => get<Page<Briefing>>('/briefings', { line, cursor }),
    createBriefing: (body: object) => post<Briefing>('/briefings', body),
    changeBriefing: (id: string, body: object) => patch<Briefing>(`/briefings/${seg(id)}`, body),
    signBriefing: (id: string, present: string[]) => post<Briefing>(`/briefings/${seg(id)}/sign`, { present }),
    acknowledge: (id: string) => post<Briefing>(`/briefings/${seg(id)}/acknowledge`),
    handovers: (line: string, cursor?: string | null) => get<Page<Handover>>('/handovers', { line, cursor }),
    createHandover: (body: object) => post<Handover>('/handovers', body),
    changeHandover: (id: string, body: object) => patch<Handover>(`/handovers/${seg(id)}`, body),
    signHandover: (id: string) => post<Handover>(`/handovers/${seg(id)}/sign`),
    countersign: (id: string) => post<Handover>(`/handovers/${seg(id)}/countersign`),
    announcements: (tenant: string, cursor?: string | null) => get<Page<Announcement>>('/announcements', { tenant, cursor }),
    publish: (body: object) => post<Announcement>('/announcements', body),
    read: (id: string) => post<void>(`/announcements/${seg(id)}/read`),
    withdraw: (id: string) => post<Announcement>(`/announcements/${seg(id)}/withdraw`),
    readers: (id: string, cursor?: string | null) => get<Page<AnnouncementReader>>(`/announcements/${seg(id)}/readers`, { cursor, limit: 100 }),
  };
}

/** The kinds of live events after which what is shown of the floor is asked for anew. */
export const floorKinds = [
  'presence.break_changed', 'presence.break_overrun', 'hand.raised', 'hand.taken', 'hand.lowered', 'watch.begun', 'watch.ended', 'whisper.sent',
  'briefing.signed', 'briefing.acknowledged', 'handover.signed', 'handover.countersigned', 'announcement.published', 'announcement.read', 'announcement.withdrawn',
] as const;
export type FloorKind = (typeof floorKinds)[number];
/** What such an event says: whom it concerns. */
export interface FloorFacts { id?: string; user?: string | null; break?: string; state?: string }
