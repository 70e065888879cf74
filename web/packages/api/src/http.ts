/**
 * The one way requests leave the desk.
 *
 * A refusal becomes a `Problem` (RFC 9457) and a broken connection an `Unreachable`, so that no caller ever looks at a status code.
 * Writes carry an idempotency key that stays the same over the repeats made here: repeating after a lost answer is safe.
 */
import { uuid } from './ids';

/** The server understood and refused. `title` is already in the reader's language. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, readonly title: string, readonly body: ProblemBody) {
    super(title);
    this.name = 'Problem';
  }
  /** Where the title says that the detail holds the reason: that reason, in the reader's language. */
  get reason(): string | null { return /详情|详见说明|[Tt]he detail/.test(this.title) ? this.body.detail ?? null : null; }
  /** The number to quote to whoever runs the installation. */
  get request(): string | null { return this.body.request ?? null; }
  /** What is wrong with which field; the server points at it as `/name`. */
  get fields(): { field: string; fault: string }[] { return (this.body.fields ?? []).map(({ field, fault }) => ({ field: field.replace(/^\//, ''), fault })); }
}

export interface ProblemBody {
  type?: string; title?: string; status?: number; code?: string; detail?: string;
  fields?: { field: string; fault: string }[]; request?: string; retry_after_s?: number; [more: string]: unknown;
}

/** Nothing answered: no network, or the server is away. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('unreachable', { cause });
    this.name = 'Unreachable';
  }
}

export interface HttpOptions {
  /** Everything before the path; empty for the desk's own origin. */
  base?: string;
  fetch?: typeof fetch;
  /** Asked before each request, so that refusals come in the language in use. */
  language?: () => string;
  /** Called when a session that was good no longer is. */
  onSignedOut?: () => void;
  wait?: (ms: number) => Promise<void>;
}

export interface CallOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  json?: unknown;
  raw?: { body: Blob | ArrayBuffer | string; type: string };
  signal?: AbortSignal;
  /** Idempotency key; made for every POST that names none. `null` sends none and never repeats. */
  key?: string | null;
}

/** Repeats after a connection broke, beyond the first try. */
const REPEATS_MAX = 2;
const REPEAT_WAIT_MS = 400;

export type Http = <T>(method: string, path: string, options?: CallOptions) => Promise<T>;

/** Builds the request function used by every call of the client. */
export function createHttp(options: HttpOptions = {}): Http {
  const doFetch = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init));
  const wait = options.wait ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms)));

  return async function call<T>(method: string, path: string, call: CallOptions = {}): Promise<T> {
    const headers = new Headers({ accept: 'application/json, application/problem+json' });
    if (options.language) headers.set('accept-language', options.language());
    let body: BodyInit | undefined;
    if (call.raw) {
      headers.set('content-type', call.raw.type);
      body = call.raw.body;
    } else if (call.json !== undefined) {
      headers.set('content-type', 'application/json');
      body = JSON.stringify(call.json);
    }
    const key = call.key === undefined && method === 'POST' ? uuid() : call.key;
    if (key) headers.set('idempotency-key', key);
    const repeatable = method !== 'POST' || Boolean(key);

    const init: RequestInit = { method, headers, body, credentials: 'same-origin', signal: call.signal };
    for (let tried = 0; ; tried += 1) {
      let response: Response;
      try {
        response = await doFetch(url(options.base ?? '', path, call.query), init);
      } catch (error) {
        if (call.signal?.aborted) throw error;
        if (!repeatable || tried >= REPEATS_MAX) throw new Unreachable(error);
        await wait(REPEAT_WAIT_MS * 2 ** tried);
        continue;
      }
      return read<T>(response, path, options);
    }
  };
}

function url(base: string, path: string, query: CallOptions['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const tail = search.toString();
  return `${base}${path}${tail ? `?${tail}` : ''}`;
}

async function read<T>(response: Response, path: string, options: HttpOptions): Promise<T> {
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
  let body: ProblemBody = {};
  try {
    body = JSON.parse(text) as ProblemBody;
  } catch {
    // A proxy in between answers in HTML; a gateway's refusal means that the server is away.
    if (response.status >= 502 && response.status <= 504) throw new Unreachable();
  }
  const retry = Number(response.headers.get('retry-after'));
  if (retry > 0 && body.retry_after_s === undefined) body.retry_after_s = retry;
  const problem = new Problem(response.status, body.code ?? `http.${response.status}`, body.title ?? `HTTP ${response.status}`, body);
  if (response.status === 401 && path !== '/api/v1/session') options.onSignedOut?.();
  throw problem;
}
