/** The pages of the settings: their words, who sees them, and where their code is loaded from. */
import type { ComponentType } from 'react';
import type { Key } from '@hark/i18n';

export interface SettingsPage {
  key: string; title: Key; about: Key; group: Key;
  /** Shown to whoever holds a permission about one of these; empty for everybody. */
  nouns: string[];
  load: () => Promise<{ default: ComponentType<{ id: string | null }> }>;
}

export const settingsPages: SettingsPage[] = [
  { key: 'account', title: 'page.account', about: 'page.account.about', group: 'group.me', nouns: [], load: () => import('./Account') },
  { key: 'keys', title: 'page.keys', about: 'page.keys.about', group: 'group.me', nouns: [], load: () => import('./Keys') },
  { key: 'clients', title: 'page.clients', about: 'page.clients.about', group: 'group.business', nouns: ['tenants', 'tenant', 'lines', 'line'], load: () => import('./Clients') },
  { key: 'inboxes', title: 'page.inboxes', about: 'page.inboxes.about', group: 'group.business', nouns: ['inboxes', 'inbox'], load: () => import('./Inboxes') },
  { key: 'queues', title: 'page.queues', about: 'page.queues.about', group: 'group.business', nouns: ['queues', 'queue', 'routing'], load: () => import('./Queues') },
  { key: 'priorities', title: 'page.priorities', about: 'page.priorities.about', group: 'group.business', nouns: ['queues'], load: () => import('./Priorities') },
  { key: 'calendars', title: 'page.calendars', about: 'page.calendars.about', group: 'group.business', nouns: ['calendars', 'calendar'], load: () => import('./Calendars') },
  { key: 'records', title: 'page.records', about: 'page.records.about', group: 'group.business', nouns: ['categories', 'category', 'attributes', 'attribute'], load: () => import('./Categories') },
  { key: 'thresholds', title: 'page.thresholds', about: 'page.thresholds.about', group: 'group.business', nouns: ['alerts'], load: () => import('../insight/Thresholds') },
  { key: 'phrases', title: 'page.phrases', about: 'page.phrases.about', group: 'group.business', nouns: ['phrases', 'phrase'], load: () => import('./Phrases') },
  { key: 'macros', title: 'page.macros', about: 'page.macros.about', group: 'group.business', nouns: ['macros', 'macro'], load: () => import('./Macros') },
  { key: 'users', title: 'page.users', about: 'page.users.about', group: 'group.people', nouns: ['users', 'user'], load: () => import('./Users') },
  { key: 'roles', title: 'page.roles', about: 'page.roles.about', group: 'group.people', nouns: ['roles', 'role'], load: () => import('./Roles') },
  { key: 'teams', title: 'page.teams', about: 'page.teams.about', group: 'group.people', nouns: ['teams', 'team'], load: () => import('./Teams') },
  { key: 'skills', title: 'page.skills', about: 'page.skills.about', group: 'group.people', nouns: ['skills', 'skill'], load: () => import('./Skills') },
  { key: 'tokens', title: 'page.tokens', about: 'page.tokens.about', group: 'group.developers', nouns: ['tokens', 'token'], load: () => import('./Tokens') },
  { key: 'webhooks', title: 'page.webhooks', about: 'page.webhooks.about', group: 'group.developers', nouns: ['webhooks', 'webhook'], load: () => import('./Webhooks') },
  { key: 'audit', title: 'page.audit', about: 'page.audit.about', group: 'group.trust', nouns: ['audit'], load: () => import('./Audit') },
];
