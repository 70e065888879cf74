import { describe, expect, it } from 'vitest';
import { configOf, derived, formOf, signsByOauth } from '../src/admin/mailboxPresets';

const typed = (form: Record<string, unknown>, key: string, value: unknown) => derived(key, { ...form, [key]: value }, form);

describe('the form of a mailbox', () => {
  const empty = formOf('', null);
  it('fills in what the address of a known service wants', () => {
    const form = typed(empty, 'address', 'help@qq.com');
    expect(form).toMatchObject({ preset: 'qq', imap_host: 'imap.qq.com', imap_port: 993, smtp_host: 'smtp.qq.com', smtp_port: 465, imap_login: 'help@qq.com', smtp_login: 'help@qq.com', imap_with: 'password' });
  });
  it('lets a login follow the address until it is set apart', () => {
    const set = typed(typed(empty, 'address', 'a@firm.example'), 'imap_login', 'firm-a');
    expect(typed(set, 'address', 'b@firm.example')).toMatchObject({ preset: 'other', imap_login: 'firm-a', smtp_login: 'b@firm.example' });
  });
  it('asks for OAuth where the service takes no passwords', () => {
    const form = typed(typed(empty, 'address', 'a@firm.example'), 'preset', 'microsoft');
    expect([signsByOauth(form), form['smtp_port'], form['smtp_security']]).toEqual([true, 587, 'starttls']);
    expect(configOf({ ...form, client_id: 'x' }).oauth).toMatchObject({ client_id: 'x', token_url: expect.stringContaining('https://') as string });
    expect(configOf(typed(empty, 'preset', 'gmail')).oauth).toBeNull();
  });
  it('changes the usual port with the security, and leaves one of its own', () => {
    expect(typed(empty, 'smtp_security', 'starttls')['smtp_port']).toBe(587);
    expect(typed({ ...empty, smtp_port: 2525 }, 'smtp_security', 'starttls')['smtp_port']).toBe(2525);
  });
  it('gives back what was kept', () => {
    const config = configOf({ ...typed(empty, 'preset', 'exmail'), address: 'a@firm.example', imap_login: 'a', smtp_on: false, signature: 'x\r\ny', per_minute: 30 });
    expect(config).toMatchObject({ smtp: null, signature: 'x\ny', per_minute: 30, authserv_id: null });
    expect(configOf(formOf('a@firm.example', config))).toEqual(config);
  });
  it('sends no login where nothing guards it', () => {
    expect(configOf({ ...empty, smtp_host: '127.0.0.1', smtp_security: 'none', smtp_login: 'a' }).smtp).toMatchObject({ login: null, ca: null });
  });
});
