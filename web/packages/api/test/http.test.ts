import { describe, expect, it } from 'vitest';
import { createHttp, Problem, Unreachable } from '../src';

const problem = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });

describe('requests', () => {
  it('turn a refusal into a problem with its code, fields and number to quote', async () => {
    const http = createHttp({ fetch: async () => problem(422, { code: 'user.invalid', title: '不对', request: 'rq1', fields: [{ field: 'login', fault: '已被使用' }] }) });
    const error = await http('POST', '/x', { json: {} }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'user.invalid', title: '不对', request: 'rq1', fields: [{ field: 'login', fault: '已被使用' }] });
  });

  it('repeat a write over a broken connection with the same idempotency key, and give up in the end', async () => {
    const keys: (string | null)[] = [];
    const http = createHttp({ wait: async () => undefined, fetch: async (_, init) => { keys.push(new Headers(init?.headers).get('idempotency-key')); throw new TypeError('network'); } });
    await expect(http('POST', '/x', { json: {} })).rejects.toBeInstanceOf(Unreachable);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toBeTruthy();
    keys.length = 0;
    await expect(http('POST', '/x', { json: {}, key: null })).rejects.toBeInstanceOf(Unreachable);
    expect(keys).toEqual([null]);
  });

  it('say that the session ended, but not when signing in is refused', async () => {
    let out = 0;
    const http = createHttp({ onSignedOut: () => { out += 1; }, fetch: async () => problem(401, { code: 'session.required', title: '' }) });
    await http('POST', '/api/v1/session', { json: {} }).catch(() => undefined);
    expect(out).toBe(0);
    await http('GET', '/api/v1/me').catch(() => undefined);
    expect(out).toBe(1);
  });
});
