/** The pages of the settings: their words, who sees them, and where their code is loaded from. */
import type { ComponentType } from 'react';
import type { Key } from '@hark/i18n';

export interface SettingsPage {
  key: string; title: Key; about: Key; group: Key;
  /** Shown to whoever holds a permission about one of these; empty for everybody. */
  nouns: string[];
  /** What can be set there, for the search over all settings. */
  finds?: Key[];
  load: () => Promise<{ default: ComponentType<{ id: string | null }> }>;
}

export const settingsPages: SettingsPage[] = [
  { key: 'account', title: 'page.account', about: 'page.account.about', group: 'group.me', nouns: [], finds: ['account.password', 'account.totp', 'account.sessions', 'me.language', 'me.theme', 'me.density', 'me.send_key', 'me.sound'], load: () => import('./Account') },
  { key: 'keys', title: 'page.keys', about: 'page.keys.about', group: 'group.me', nouns: [], load: () => import('./Keys') },
  { key: 'start', title: 'page.start', about: 'page.start.about', group: 'group.begin', nouns: ['lines', 'line'], finds: ['start.pack', 'start.copy'], load: () => import('./Start') },
  { key: 'provider', title: 'page.provider', about: 'page.provider.about', group: 'group.business', nouns: ['tenants'], finds: ['provider.name', 'provider.watermark'], load: () => import('./Provider') },
  { key: 'clients', title: 'page.clients', about: 'page.clients.about', group: 'group.business', nouns: ['tenants', 'tenant', 'lines', 'line'], finds: ['field.color', 'field.archived', 'field.calendar', 'field.disposition_required'], load: () => import('./Clients') },
  { key: 'inboxes', title: 'page.inboxes', about: 'page.inboxes.about', group: 'group.business', nouns: ['inboxes', 'inbox'], finds: ['field.channel', 'field.queue', 'field.allowed_sites', 'field.brand_name', 'field.greeting_zh', 'field.greeting_en', 'field.offline_zh', 'field.offline_en', 'field.webhook_url', 'inboxes.rotate'], load: () => import('./Inboxes') },
  { key: 'mailboxes', title: 'page.mailboxes', about: 'page.mailboxes.about', group: 'group.business', nouns: ['inboxes', 'inbox'], finds: ['mailbox.imap_host', 'mailbox.smtp_host', 'mailbox.signature', 'mailbox.acknowledgement', 'mailbox.authserv_id', 'mailbox.arrivals', 'mailbox.test'], load: () => import('./Mailboxes') },
  { key: 'queues', title: 'page.queues', about: 'page.queues.about', group: 'group.business', nouns: ['queues', 'queue', 'routing'], finds: ['queues.needs'], load: () => import('./Queues') },
  { key: 'priorities', title: 'page.priorities', about: 'page.priorities.about', group: 'group.business', nouns: ['queues'], load: () => import('./Priorities') },
  { key: 'calendars', title: 'page.calendars', about: 'page.calendars.about', group: 'group.business', nouns: ['calendars', 'calendar'], finds: ['calendars.zone', 'calendars.weekly', 'calendars.holidays', 'calendars.exceptions', 'calendars.import'], load: () => import('./Calendars') },
  { key: 'records', title: 'page.records', about: 'page.records.about', group: 'group.business', nouns: ['categories', 'category', 'attributes', 'attribute'], finds: ['records.categories', 'records.attributes'], load: () => import('./Categories') },
  { key: 'surveys', title: 'page.surveys', about: 'page.surveys.about', group: 'group.business', nouns: ['surveys'], finds: ['survey.questions', 'survey.auto', 'survey.hours', 'survey.results'], load: () => import('./Surveys') },
  { key: 'phrases', title: 'page.phrases', about: 'page.phrases.about', group: 'group.business', nouns: ['phrases', 'phrase'], load: () => import('./Phrases') },
  { key: 'macros', title: 'page.macros', about: 'page.macros.about', group: 'group.business', nouns: ['macros', 'macro'], load: () => import('./Macros') },
  { key: 'words', title: 'page.words', about: 'page.words.about', group: 'group.business', nouns: ['wording'], finds: [], load: () => import('./Words') },
  { key: 'organisations', title: 'page.organisations', about: 'page.organisations.about', group: 'group.business', nouns: ['contacts'], finds: [], load: () => import('./Organisations') },
  { key: 'thresholds', title: 'page.thresholds', about: 'page.thresholds.about', group: 'group.business', nouns: ['alerts'], finds: [], load: () => import('../insight/Thresholds') },
  { key: 'mail', title: 'page.mail', about: 'page.mail.about', group: 'group.notices', nouns: ['mail'], finds: ['mail.host', 'mail.port', 'mail.security', 'mail.login', 'mail.password', 'mail.from_name', 'mail.from_address', 'mail.reply_to', 'mail.ca', 'mail.per_minute', 'mail.test', 'letters.title'], load: () => import('./Mail') },
  { key: 'bots', title: 'page.bots', about: 'page.bots.about', group: 'group.notices', nouns: ['bots'], finds: ['bots.platform.wecom', 'bots.platform.dingtalk', 'bots.platform.feishu', 'bots.platform.mail', 'bots.address', 'bots.secret', 'bots.kinds', 'bots.line', 'bots.team'], load: () => import('./Bots') },
  { key: 'users', title: 'page.users', about: 'page.users.about', group: 'group.people', nouns: ['users', 'user'], finds: ['user.alias', 'user.number', 'user.email', 'user.disabled', 'users.grants', 'users.reset', 'page.skills'], load: () => import('./Users') },
  { key: 'roles', title: 'page.roles', about: 'page.roles.about', group: 'group.people', nouns: ['roles', 'role'], finds: [], load: () => import('./Roles') },
  { key: 'teams', title: 'page.teams', about: 'page.teams.about', group: 'group.people', nouns: ['teams', 'team'], finds: ['field.members'], load: () => import('./Teams') },
  { key: 'skills', title: 'page.skills', about: 'page.skills.about', group: 'group.people', nouns: ['skills', 'skill'], finds: [], load: () => import('./Skills') },
  { key: 'breaks', title: 'page.breaks', about: 'page.breaks.about', group: 'group.people', nouns: ['breaks'], finds: ['breaks.minutes_each', 'breaks.times_day', 'breaks.at_once', 'breaks.approval'], load: () => import('../floor/BreakKinds') },
  { key: 'tokens', title: 'page.tokens', about: 'page.tokens.about', group: 'group.developers', nouns: ['tokens', 'token'], finds: ['tokens.expires'], load: () => import('./Tokens') },
  { key: 'webhooks', title: 'page.webhooks', about: 'page.webhooks.about', group: 'group.developers', nouns: ['webhooks', 'webhook'], finds: ['webhooks.kinds', 'webhooks.secret', 'webhooks.deliveries', 'webhooks.rotate'], load: () => import('./Webhooks') },
  { key: 'protection', title: 'page.protection', about: 'page.protection.about', group: 'group.trust', nouns: ['wording'], load: () => import('./Protection') },
  { key: 'audit', title: 'page.audit', about: 'page.audit.about', group: 'group.trust', nouns: ['audit'], finds: ['audit.undo', 'audit.action'], load: () => import('./Audit') },
];
