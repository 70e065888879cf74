/** What crosses the wire between the frame and the server's `/w/v1`, and nothing else. */

export interface Brand { name: string; color: string; initial: string }

export interface Agent { alias: string; initial: string; away?: boolean }

/** The conversation as the visitor may know it; `place` counts from 1 while it waits in a queue. */
export interface Conversation {
  /** Another one counts its messages anew. */
  id?: string;
  status: 'open' | 'snoozed' | 'resolved';
  agent: Agent | null;
  place: number | null;
  /** Four of five wait no longer; absent or null while nobody knows. */
  estimate_ms?: number | null;
  last_seq: number;
}

export interface Config {
  brand: Brand;
  greeting: string;
  offline_text: string;
  open: boolean;
  /** Milliseconds since 1970 UTC. */
  next_open_at: number | null;
  languages: string[];
  queue_text?: string;
  /** When what is written now is answered, where that is promised. */
  answer_by?: number | null;
  form?: FormSpec | null;
  peek?: boolean;
}

/** What is asked before the next message. */
export interface FormSpec {
  kind: 'prechat' | 'offline';
  fields: {
    key: string; kind: 'text' | 'name' | 'email' | 'phone' | 'choice'; label: string; required: boolean;
    options: { value: string; label: string }[];
  }[];
  consent: { version: string; text: string } | null;
}

/** What was filled in, and what the page says of its visitor. */
export interface Filled { answers?: Record<string, string>; consent?: string; attributes?: Record<string, string> }

/** What is asked at the end; `thanks` once it was answered. */
export interface Survey {
  conversation: string;
  question: string;
  dimensions: ('attitude' | 'expertise' | 'resolution')[];
  solved: boolean;
  remark: boolean;
  thanks?: boolean;
}

export interface Answer {
  conversation: string;
  score: number;
  attitude?: number;
  expertise?: number;
  resolution?: number;
  solved?: boolean;
  remark: string;
}

/** Whose word is given for who the visitor is: a token signed by the client's server, or an identifier and its hash. */
export interface Proof { token?: string; identifier?: string; identifier_hash?: string }

/** `body` in UTF-8 bytes, `file` in bytes; `mimes` may hold wildcards such as `image/*`. */
export interface Limits { body: number; file: number; mimes: string[] }

export interface Session {
  token: string;
  visitor: string;
  identity?: 'none' | 'proved' | 'needed';
  config: Config;
  conversation: Conversation | null;
  limits: Limits;
}

export interface Attachment {
  id: string;
  name: string;
  mime: string;
  size: number;
  url: string;
  preview_url?: string | null;
  width?: number | null;
  height?: number | null;
}

export interface Message {
  id: string;
  client_id: string | null;
  seq: number;
  from: 'me' | 'agent' | 'bot' | 'system';
  name: string;
  initial: string;
  body: string;
  attachments: Attachment[];
  at: number;
  state: 'sent' | 'delivered' | 'read';
  event?: { kind: 'queued' | 'joined' | 'left' | 'resolved' | 'reopened' | 'offline' | 'withdrawn'; name?: string; place?: number } | null;
}

export interface Page { items: Message[]; last_seq: number; conversation: Conversation | null }

/** A conversation of a proved visitor; `current` is the one that the window shows. */
export interface Past { id: string; status: 'open' | 'resolved'; about: string; current: boolean; begun_at: number; last_at: number }

/** What the live socket says. */
export type ServerFrame =
  | { op: 'ready'; last_seq: number; conversation: Conversation | null }
  | { op: 'message'; message: Message }
  | { op: 'state'; seq: number; state: 'delivered' | 'read' }
  | { op: 'typing'; on: boolean; name: string }
  | { op: 'conversation'; conversation: Conversation | null }
  | { op: 'ack'; client_id: string; message: Message }
  | { op: 'refused'; client_id: string; code: string; title: string }
  | { op: 'resync' }
  | { op: 'hours' }
  | { op: 'survey' }
  | { op: 'pong' }
  | { op: 'bye'; reason: string };

/** What the frame says on the live socket after its first frame, `auth`. */
export type ClientFrame =
  | { op: 'auth'; token: string; after: number }
  | { op: 'send'; client_id: string; body: string; attachments?: string[]; form?: Filled }
  | { op: 'typing'; on: boolean; text?: string }
  | { op: 'peek'; on: boolean; wording: string }
  | { op: 'read'; seq: number }
  | { op: 'delivered'; seq: number }
  | { op: 'ping' };
