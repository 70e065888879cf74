/** The HTTP side of `/w/v1`: session, history, files, and all of it when no socket can be had. */

import type { Answer, Attachment, Filled, Message, Page, Proof, Session, Survey } from './wire';

/** Most messages asked for at once. */
export const PAGE_LIMIT = 100;

/** The server answered, and the answer was no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** In the reader's language. */
    readonly title: string,
    readonly retryAfterMs: number,
  ) {
    super(code);
  }

  /** Worth trying again as it is: too much at once, or the server's own trouble. */
  get passing(): boolean {
    return this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class Api {
  token = '';

  constructor(private readonly fetch: Fetch, private readonly language: string) {}

  session(body: object): Promise<Session> {
    return this.call('POST', 'session', JSON.stringify(body));
  }

  messages(after: number): Promise<Page> {
    return this.call('GET', `messages?after=${after}&limit=${PAGE_LIMIT}`);
  }

  send(client_id: string, body: string, attachments: string[], form?: Filled): Promise<Message> {
    return this.call('POST', 'messages', JSON.stringify({ client_id, body, ...(attachments.length && { attachments }), ...(form && { form }) }));
  }

  upload(name: string, mime: string, blob: Blob): Promise<Attachment> {
    return this.call('POST', `files?name=${encodeURIComponent(name)}`, blob, mime);
  }

  identify(proof: Proof): Promise<Session> {
    return this.call('POST', 'identify', JSON.stringify(proof));
  }

  survey(): Promise<{ survey: Survey | null }> {
    return this.call('GET', 'survey');
  }

  answer(answer: Answer): Promise<unknown> {
    return this.call('POST', 'survey', JSON.stringify(answer));
  }

  read(seq: number): Promise<unknown> {
    return this.call('POST', 'read', JSON.stringify({ seq }));
  }

  end(): Promise<unknown> {
    return this.call('POST', 'end', '{}');
  }

  async call<T>(method: string, path: string, body?: BodyInit, mime = 'application/json'): Promise<T> {
    const answer = await this.fetch(`/w/v1/${path}`, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        'accept-language': this.language,
        ...(this.token && path !== 'session' && { authorization: `Visitor ${this.token}` }),
        ...(body !== undefined && { 'content-type': mime }),
      },
      ...(body !== undefined && { body }),
    });
    if (answer.status === 204) return undefined as T;
    const json = await answer.json().catch(() => null) as Record<string, unknown> | null;
    if (answer.ok && json) return json as T;
    throw new Refused(
      answer.status,
      String(json?.['code'] ?? 'unknown'),
      String(json?.['title'] ?? ''),
      (Number(json?.['retry_after_s']) || 0) * 1000,
    );
  }
}
