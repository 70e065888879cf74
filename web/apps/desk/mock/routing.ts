/** Invented decisions and settings of routing. */
import type { Capacity, ClientRules, Offers, RoutingSettings } from '@hark/api';
import { T0, users } from './data.ts';

const MIN = 60_000;
const mark = (at: number) => ({ id: users[at]!.id, alias: users[at]!.alias });
const none = { skill: null, needed: null, has: null, of: null, state: null, until: null, kept_for: null, stage: null, levels: null, idle_ms: null, load: null };
const standing = { queue: 0, item: 0, client_tier: 30, contact_tier: 120, repeat: 60, straight: 0, waited: 96 };

/** Why a conversation went where it went; the ones that wait also say how it stands now. */
export const offers = (waits: boolean): Offers => ({
  now: waits ? {
    queue_name: '支付一线', place: 2, estimate_ms: 3 * MIN, standing,
    considered: [
      { ...none, agent: mark(0), verdict: 'full', has: 12, of: 12, needed: 3 }, { ...none, agent: mark(1), verdict: 'not_ready', state: 'break' },
      { ...none, agent: mark(2), verdict: 'lacks_skill', skill: '支付', has: 1, needed: 2 }, { ...none, agent: mark(3), verdict: 'helps_later', until: 2 * MIN }, { ...none, agent: mark(4), verdict: 'seat_elsewhere' },
    ],
  } : null,
  items: [
    {
      id: 'of2', reservation: 'r2', kind: 'offered', agent: mark(0), queue: 'q1', queue_name: '支付一线', at: T0 - 6 * MIN, waited_ms: 96_000, state: 'accepted', reason: null, ended_at: T0 - 6 * MIN + 4000,
      why: [{ reason: 'skill_fit', value: 8, of: null }, { reason: 'candidates', value: 2, of: null }], candidates: 2, able: 6, standing,
      considered: [
        { ...none, agent: mark(0), verdict: 'offered', levels: 8, idle_ms: 42_000, load: 6, of: 12, stage: 0 }, { ...none, agent: mark(4), verdict: 'eligible', levels: 5, idle_ms: 130_000, load: 3, of: 12, stage: 0 },
        { ...none, agent: mark(1), verdict: 'cooling_down', until: T0 }, { ...none, agent: mark(2), verdict: 'full', has: 12, of: 12, needed: 3 }, { ...none, agent: mark(3), verdict: 'not_ready', state: 'meeting' },
      ],
    },
    {
      id: 'of1', reservation: 'r1', kind: 'offered', agent: mark(1), queue: 'q1', queue_name: '支付一线', at: T0 - 7 * MIN, waited_ms: 41_000, state: 'lapsed', reason: null, ended_at: T0 - 6.6 * MIN,
      why: [{ reason: 'last_agent', value: null, of: null }], candidates: 1, able: 0, standing: { ...standing, waited: 41 }, considered: [],
    },
  ],
  next: null,
} as unknown as Offers);

export let settings: RoutingSettings = { aging_ms: 1000, contact_tier_points: 60, client_tier_points: 30, repeat_points: 60, straight_points: 300, cool_down_ms: 30_000, missed_max: 2, vanish_grace_ms: 45_000, decisions_days: 90 };
export const setSettings = (body: RoutingSettings) => { settings = body; return settings; };
export let client: ClientRules = { tier: 1, contact_tiers: [{ name: '金卡', tier: 2 }, { name: '商户', tier: 1 }], straight_tags: ['长者'], age_attribute: null, age_from: null };
export const setClient = (body: ClientRules) => { client = body; return client; };
export let capacity: Capacity = { units: 12, chat: 3, mail: 2, voice: 12, ticket: 2, task: 2 };
export const setCapacity = (body: Capacity) => { capacity = body; return capacity; };
