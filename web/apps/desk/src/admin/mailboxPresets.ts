/** What the large services of mail want, so that an administrator fills in no more than address and password. */
import type { MailboxConfig, MailboxEndpoint } from '@hark/api';
import type { Key } from '@hark/i18n';
import type { Form } from './forms';

export interface Preset { key: string; name: Key; hint: Key; imap: string; smtp: string; smtp_port: number; smtp_security: 'tls' | 'starttls'; with: 'password' | 'oauth2'; authserv_id: string; token_url: string; scope: string; domains: RegExp }
const none = { smtp_port: 465, smtp_security: 'tls', with: 'password', authserv_id: '', token_url: '', scope: '' } as const;

export const presets: Preset[] = [
  { ...none, key: 'exmail', name: 'mailbox.preset.exmail', hint: 'mailbox.preset_hint.exmail', imap: 'imap.exmail.qq.com', smtp: 'smtp.exmail.qq.com', domains: /^$/ },
  { ...none, key: 'aliyun', name: 'mailbox.preset.aliyun', hint: 'mailbox.preset_hint.aliyun', imap: 'imap.qiye.aliyun.com', smtp: 'smtp.qiye.aliyun.com', domains: /^$/ },
  { ...none, key: 'qq', name: 'mailbox.preset.qq', hint: 'mailbox.preset_hint.qq', imap: 'imap.qq.com', smtp: 'smtp.qq.com', domains: /^(qq|foxmail)\.com$/ },
  { ...none, key: 'netease', name: 'mailbox.preset.netease', hint: 'mailbox.preset_hint.netease', imap: 'imap.163.com', smtp: 'smtp.163.com', domains: /^163\.com$/ },
  { ...none, key: 'gmail', name: 'mailbox.preset.gmail', hint: 'mailbox.preset_hint.gmail', imap: 'imap.gmail.com', smtp: 'smtp.gmail.com', authserv_id: 'mx.google.com', token_url: 'https://oauth2.googleapis.com/token', scope: 'https://mail.google.com/', domains: /^gmail\.com$/ },
  { ...none, key: 'microsoft', name: 'mailbox.preset.microsoft', hint: 'mailbox.preset_hint.microsoft', imap: 'outlook.office365.com', smtp: 'smtp.office365.com', smtp_port: 587, smtp_security: 'starttls', with: 'oauth2', token_url: 'https://login.microsoftonline.com/common/oauth2/v2.0/token', scope: 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access', domains: /^(outlook|hotmail)\.com$/ },
];

/** The service that a host belongs to. */
export const presetOf = (host: string | null | undefined): string => presets.find((one) => one.imap === host)?.key ?? 'other';

/** The form once something in it changed: a service chosen fills the servers in, an address the logins that were not set apart. */
export function derived(key: string, form: Form, before: Form): Form {
  if (key === 'preset') {
    const one = presets.find((other) => other.key === form['preset']);
    if (!one) return form;
    return {
      ...form, imap_on: true, imap_host: one.imap, imap_port: 993, imap_security: 'tls', imap_with: one.with, smtp_on: true, smtp_host: one.smtp, smtp_port: one.smtp_port, smtp_security: one.smtp_security, smtp_with: one.with,
      imap_login: form['imap_login'] || form['address'], smtp_login: form['smtp_login'] || form['address'], token_url: one.token_url, scope: one.scope, authserv_id: form['authserv_id'] || one.authserv_id,
    };
  }
  if (key === 'address') {
    const follows = (name: string) => (form[name] === before['address'] || !form[name] ? form['address'] : form[name]);
    const at = String(form['address'] ?? '').split('@')[1] ?? '';
    const known = form['preset'] === 'other' && !form['imap_host'] ? presets.find((one) => one.domains.test(at)) : undefined;
    const next = { ...form, imap_login: follows('imap_login'), smtp_login: follows('smtp_login') };
    return known ? derived('preset', { ...next, preset: known.key }, next) : next;
  }
  if (key === 'imap_with') return { ...form, smtp_with: form['imap_with'] };
  if (key === 'imap_security') return { ...form, imap_port: swapped(form['imap_port'], form['imap_security'], 993, 143) };
  if (key === 'smtp_security') return { ...form, smtp_port: swapped(form['smtp_port'], form['smtp_security'], 465, 587) };
  return form;
}

/** The usual port goes with the security; one of one's own stays. */
const swapped = (port: unknown, security: unknown, tls: number, plain: number) => (port === tls || port === plain ? (security === 'tls' ? tls : plain) : port);

const text = (form: Form, key: string) => String(form[key] ?? '').trim();

function endpoint(form: Form, of: 'imap' | 'smtp'): MailboxEndpoint | null {
  if (!form[`${of}_on`]) return null;
  const security = form[`${of}_security`] as MailboxEndpoint['security'];
  return { host: text(form, `${of}_host`), port: Number(form[`${of}_port`]), security, login: security === 'none' ? null : text(form, `${of}_login`) || null, with: form[`${of}_with`] as MailboxEndpoint['with'], ca: security === 'none' ? null : text(form, `${of}_ca`) || null };
}

export const signsByOauth = (form: Form): boolean => Boolean(form['imap_on'] && form['imap_with'] === 'oauth2' || form['smtp_on'] && form['smtp_with'] === 'oauth2');

const long = (form: Form, key: string) => String(form[key] ?? '').replace(/\r/g, '');
const count = (form: Form, key: string) => (typeof form[key] === 'number' ? (form[key] as number) : null);
/** A text kept before there was one for each language stands with the language it is written in. */
const kept = (config: MailboxConfig | null, language: 'zh' | 'en') => {
  const old = config?.acknowledgement ?? '';
  return (language === 'zh' ? config?.acknowledgement_zh : config?.acknowledgement_en) || (old && /\p{Script=Han}/u.test(old) === (language === 'zh') ? old : '');
};

/** What the server is told of the form. */
export function configOf(form: Form): MailboxConfig {
  return {
    from_name: text(form, 'from_name'), imap: endpoint(form, 'imap'), smtp: endpoint(form, 'smtp'), folder: text(form, 'folder'), from_the_start: Boolean(form['from_the_start']),
    oauth: signsByOauth(form) ? { token_url: text(form, 'token_url'), client_id: text(form, 'client_id'), scope: text(form, 'scope') } : null,
    authserv_id: text(form, 'authserv_id') || null, judged_by: form['judged_by'] as MailboxConfig['judged_by'], believe_unproved: Boolean(form['believe_unproved']),
    signature: long(form, 'signature'), acknowledgement: '', acknowledgement_zh: long(form, 'acknowledgement_zh'), acknowledgement_en: long(form, 'acknowledgement_en'),
    per_minute: count(form, 'per_minute'), address_per_hour: count(form, 'address_per_hour'), address_per_day: count(form, 'address_per_day'),
  };
}

/** The form of a mailbox, or of a new one. */
export function formOf(address: string, config: MailboxConfig | null): Form {
  const of = (kind: 'imap' | 'smtp', one: MailboxEndpoint | null, port: number, on: boolean): Form => ({
    [`${kind}_on`]: config ? one !== null : on, [`${kind}_host`]: one?.host ?? '', [`${kind}_port`]: one?.port ?? port, [`${kind}_security`]: one?.security ?? 'tls', [`${kind}_login`]: one?.login ?? '', [`${kind}_with`]: one?.with ?? 'password', [`${kind}_ca`]: one?.ca ?? '', [`${kind}_password`]: '',
  });
  return {
    preset: config ? presetOf(config.imap?.host) : 'other', address, from_name: config?.from_name ?? '', ...of('imap', config?.imap ?? null, 993, true), ...of('smtp', config?.smtp ?? null, 465, true),
    folder: config?.folder ?? '', from_the_start: config?.from_the_start ?? false, token_url: config?.oauth?.token_url ?? '', client_id: config?.oauth?.client_id ?? '', scope: config?.oauth?.scope ?? '', oauth_client_secret: '',
    authserv_id: config?.authserv_id ?? '', judged_by: config?.judged_by ?? 'auto', believe_unproved: config?.believe_unproved ?? false, signature: config?.signature ?? '', acknowledgement_zh: kept(config, 'zh'), acknowledgement_en: kept(config, 'en'), per_minute: config?.per_minute ?? null, address_per_hour: config?.address_per_hour ?? null, address_per_day: config?.address_per_day ?? null,
  };
}
