/** The areas of the desk that a person may enter, in the order of the rail. */
import type { Me } from '@hark/api';
import type { Key } from '@hark/i18n';
import type { IconName } from '@hark/ui';
import { concerns } from '../state/rights';

export interface AreaEntry { name: 'conversations' | 'customers' | 'day' | 'floor' | 'monitor' | 'reports' | 'settings'; path: string; icon: IconName; label: Key; noun?: string }

const all: AreaEntry[] = [
  { name: 'conversations', path: '/', icon: 'chat', label: 'rail.conversations' },
  { name: 'day', path: '/day', icon: 'today', label: 'rail.day' },
  { name: 'customers', path: '/customers', icon: 'people', label: 'rail.customers' },
  { name: 'floor', path: '/floor', icon: 'headset', label: 'rail.floor' },
  { name: 'monitor', path: '/monitor', icon: 'pulse', label: 'rail.monitor', noun: 'monitor' },
  { name: 'reports', path: '/reports', icon: 'chart', label: 'rail.reports', noun: 'reports' },
  { name: 'settings', path: '/settings', icon: 'settings', label: 'rail.settings' },
];

export const areasOf = (me: Me): AreaEntry[] => all.filter((one) => one.noun === undefined || concerns(me, [one.noun]));
