/** Every call of `/api/v1`, by area, with its types. */
import type {
  ApiToken, Attachment, AttributeDefinition, AuditEntry, Calendar, Capacity, Category, ClientRules, ChosenState, Colleague, Contact, Conversation, ConversationId,
  Counts, Delivery, DispositionInput, Drafts, FloorFigures, Grant, Inbox, Layout, Line, LinkView, Me, Message, MessageId, MessagePage, Mode, NewMessage, Offers,
  Organisation, Page, PermissionArea, Presence, Priority, Queue, Reservation, ReservationId, Role, RoutingSettings, RowPage, SearchResult, Session, Settings,
  Skill, SkillAsk, SkillGrant, Team, Tenant, TimelineEntry, TransferTarget, UserId, UserView, View, Webhook, WebhookKind, WebhookTest,
} from './contract';
import { floorCalls } from './floor';
import type { Http } from './http';

const V1 = '/api/v1';
const seg = encodeURIComponent;

type Query = Record<string, string | number | boolean | null | undefined>;

/** The calls, bound to one way of sending them. */
export function createClient(http: Http) {
  const get = <T>(path: string, query?: Query, signal?: AbortSignal) => http<T>('GET', V1 + path, { query, signal });
  const post = <T>(path: string, json: unknown = {}, key?: string | null) => http<T>('POST', V1 + path, { json, key });
  const put = <T>(path: string, json: unknown) => http<T>('PUT', V1 + path, { json });
  const patch = <T>(path: string, json: unknown) => http<T>('PATCH', V1 + path, { json });
  const remove = <T = void>(path: string, json?: unknown) => http<T>('DELETE', V1 + path, { json });

  /** List (`paged`: by key, the first hundred), create, change and remove of one kind of record that is administered. */
  function records<T>(path: string, paged = true) {
    return {
      list: (query?: Query) => get<Page<T>>(path, { limit: paged ? 100 : undefined, ...query }),
      get: (id: string) => get<T>(`${path}/${seg(id)}`),
      create: <R = T>(body: object) => post<R>(path, body),
      change: (id: string, body: object) => patch<T>(`${path}/${seg(id)}`, body),
      remove: (id: string) => remove(`${path}/${seg(id)}`),
    };
  }
  const conversation = (id: ConversationId) => `/conversations/${seg(id)}`;

  return {
    setup: {
      state: () => get<{ open: boolean }>('/setup'),
      finish: (body: { token: string; name: string; alias: string; login: string; password: string; language: string }) => post<Me>('/setup', body),
    },
    session: {
      start: (body: { login: string; password: string; code?: string }) => post<Me>('/session', body, null),
      end: () => remove('/session'),
    },
    invites: {
      look: (token: string) => post<LinkView>('/invites/look', { token }),
      accept: (token: string, password: string) => post<void>('/invites/accept', { token, password }),
    },
    me: {
      get: () => get<Me>('/me'),
      change: (body: Partial<Omit<Settings, 'layout'>> & { layout?: Layout }) => patch<Me>('/me', body),
      password: (body: { current: string; next: string }) => post<void>('/me/password', body),
      sessions: () => get<Page<Session>>('/me/sessions'),
      endSession: (id: string) => remove(`/me/sessions/${seg(id)}`),
      totpStart: () => post<{ secret: string; uri: string }>('/me/totp'),
      totpConfirm: (code: string) => post<{ recovery_codes: string[] }>('/me/totp/confirm', { code }),
      totpOff: (password: string) => remove('/me/totp', { password }),
    },
    conversations: {
      list: (query: { view: View; cursor?: string | null; tenant?: string; line?: string; tag?: string; limit?: number }, signal?: AbortSignal) =>
        get<RowPage>('/conversations', query, signal),
      counts: () => get<Counts>('/conversations/counts'),
      open: (id: ConversationId) => get<Conversation>(conversation(id)),
      messages: (id: ConversationId, query: { after?: number; before?: number; limit?: number }) => get<MessagePage>(`${conversation(id)}/messages`, query),
      send: (id: ConversationId, message: NewMessage) => post<Message>(`${conversation(id)}/messages`, message, null),
      retry: (id: ConversationId, message: MessageId) => post<Message>(`${conversation(id)}/messages/${seg(message)}/retry`),
      drafts: (id: ConversationId) => get<Drafts>(`${conversation(id)}/draft`),
      saveDraft: (id: ConversationId, body: { mode: Mode; body: string; base_seq: number }) => put<void>(`${conversation(id)}/draft`, body),
      read: (id: ConversationId, seq: number) => post<void>(`${conversation(id)}/read`, { seq }),
      assign: (id: ConversationId, user: UserId | null) => post<Conversation>(`${conversation(id)}/assign`, { user }),
      transfer: (id: ConversationId, body: { to: TransferTarget; reason: string; summary?: string }) => post<Conversation>(`${conversation(id)}/transfer`, body),
      takeOver: (id: ConversationId, reason: string) => post<Conversation>(`${conversation(id)}/take-over`, { reason }),
      resolve: (id: ConversationId, disposition?: DispositionInput) => post<Conversation>(`${conversation(id)}/resolve`, disposition ? { disposition } : {}),
      reopen: (id: ConversationId) => post<Conversation>(`${conversation(id)}/reopen`),
      snooze: (id: ConversationId, until: number) => post<Conversation>(`${conversation(id)}/snooze`, { until }),
      priority: (id: ConversationId, priority: Priority) => post<Conversation>(`${conversation(id)}/priority`, { priority }),
      tags: (id: ConversationId, body: { add?: string[]; remove?: string[] }) => post<Conversation>(`${conversation(id)}/tags`, body),
      category: (id: ConversationId, category: string | null) => post<Conversation>(`${conversation(id)}/category`, { category }),
      follow: (id: ConversationId) => post<Conversation>(`${conversation(id)}/follow`),
      unfollow: (id: ConversationId) => post<Conversation>(`${conversation(id)}/unfollow`),
      upload: (id: ConversationId, file: File) =>
        http<Attachment>('POST', `${V1}/attachments`, {
          query: { conversation: id, name: file.name },
          raw: { body: file, type: file.type || 'application/octet-stream' },
        }),
      categories: (line: string) => get<Category[] | Page<Category>>('/categories', { line }),
      createCategory: (body: object) => post<Category>('/categories', body),
      allTags: (tenant: string) => get<string[] | Page<string>>('/tags', { tenant }),
      search: (query: { q: string; tenant?: string; kind?: 'all' | 'messages' | 'contacts'; limit?: number }, signal?: AbortSignal) =>
        get<SearchResult>('/search', query, signal),
      colleagues: (tenant: string) => get<Colleague[] | Page<Colleague>>('/colleagues', { tenant }),
    },
    contacts: {
      list: (query: { q?: string; tenant?: string; tag?: string; cursor?: string | null; limit?: number }, signal?: AbortSignal) => get<Page<Contact>>('/contacts', query, signal),
      create: (body: { tenant: string; name: string; handles?: { kind: string; value: string }[] }) => post<Contact>('/contacts', body),
      get: (id: string) => get<Contact>(`/contacts/${seg(id)}`),
      change: (id: string, body: Partial<Pick<Contact, 'name' | 'salutation' | 'language' | 'tier' | 'preferences' | 'tags' | 'note'>> & { attributes?: Record<string, string | null>; organisation?: string | null }) =>
        patch<Contact>(`/contacts/${seg(id)}`, body),
      timeline: (id: string, cursor?: string | null) => get<Page<TimelineEntry>>(`/contacts/${seg(id)}/timeline`, { cursor }),
      unmask: (id: string, reason: string) => post<{ handles: Contact['handles'] }>(`/contacts/${seg(id)}/unmask`, { reason }),
      addHandle: (id: string, body: { kind: string; value: string }) => post<Contact>(`/contacts/${seg(id)}/handles`, body),
      removeHandle: (id: string, handle: string) => remove(`/contacts/${seg(id)}/handles/${seg(handle)}`),
      lookup: (body: { tenant: string; kind: string; value: string; reason: string }) => post<{ contact: Contact | null }>('/contacts/lookup', body),
    },
    organisations: records<Organisation>('/organisations'),
    attributes: records<AttributeDefinition>('/attributes'),
    routing: {
      presence: () => get<Presence>('/presence'),
      setPresence: (body: { state: ChosenState; kind?: string }) => put<Presence>('/presence', body),
      reservations: () => get<Reservation[] | Page<Reservation>>('/reservations'),
      accept: (id: ReservationId) => post<void>(`/reservations/${seg(id)}/accept`),
      decline: (id: ReservationId, reason: string) => post<void>(`/reservations/${seg(id)}/decline`, { reason }),
      figures: () => get<FloorFigures>('/floor/queues'),
      queues: (tenant?: string) => get<Queue[] | Page<Queue>>('/queues', { tenant }),
      createQueue: (body: object) => post<Queue>('/queues', body),
      changeQueue: (id: string, body: object) => patch<Queue>(`/queues/${seg(id)}`, body),
      settings: () => get<RoutingSettings>('/routing/settings'),
      setSettings: (body: RoutingSettings) => put<RoutingSettings>('/routing/settings', body),
      client: (tenant: string) => get<ClientRules>(`/tenants/${seg(tenant)}/routing`),
      setClient: (tenant: string, body: ClientRules) => put<ClientRules>(`/tenants/${seg(tenant)}/routing`, body),
      capacity: (user: string) => get<Capacity>(`/users/${seg(user)}/capacity`),
      setCapacity: (user: string, body: Capacity) => put<Capacity>(`/users/${seg(user)}/capacity`, body),
      offers: (id: ConversationId, cursor?: string | null) => get<Offers>(`${conversation(id)}/offers`, { cursor, limit: 20 }),
    },
    floor: floorCalls({ get, post, put, patch, remove }),
    tenants: records<Tenant>('/tenants'),
    lines: records<Line>('/lines'),
    roles: records<Role>('/roles'),
    permissions: () => get<PermissionArea[] | Page<PermissionArea>>('/permissions'),
    teams: records<Team>('/teams'),
    skills: records<Skill>('/skills'),
    calendars: {
      ...records<Calendar>('/calendars'),
      import: (id: string, csv: string) => http<Calendar>('POST', `${V1}/calendars/${seg(id)}/import`, { raw: { body: csv, type: 'text/csv' } }),
    },
    inboxes: {
      ...records<Inbox>('/inboxes', false),
      rotateSecret: (id: string) => post<{ secret: string }>(`/inboxes/${seg(id)}/secret`),
    },
    users: {
      ...records<UserView>('/users'),
      grants: (id: string) => get<Grant[] | Page<Grant>>(`/users/${seg(id)}/grants`),
      addGrant: (id: string, body: { role: string; tenant?: string; line?: string }) => post<Grant>(`/users/${seg(id)}/grants`, body),
      removeGrant: (id: string, grant: string) => remove(`/users/${seg(id)}/grants/${seg(grant)}`),
      skills: (id: string) => get<SkillGrant[] | { skills: SkillGrant[] } | Page<SkillGrant>>(`/users/${seg(id)}/skills`),
      /** Only what may be asked for goes out: by what proof a skill was granted is the server's to say. */
      setSkills: (id: string, skills: SkillAsk[]) =>
        put<unknown>(`/users/${seg(id)}/skills`, { skills: skills.map(({ skill, level, valid_until }) => ({ skill, level, valid_until })) }),
      sessions: (id: string) => get<Page<Session>>(`/users/${seg(id)}/sessions`),
      reset: (id: string) => post<{ invite_url: string }>(`/users/${seg(id)}/reset`),
      endSessions: (id: string) => remove(`/users/${seg(id)}/sessions`),
    },
    tokens: records<ApiToken>('/tokens'),
    webhooks: {
      ...records<Webhook>('/webhooks', false),
      deliveries: (id: string) => get<Page<Delivery>>(`/webhooks/${seg(id)}/deliveries`),
      replay: (id: string, delivery: string) => post<Delivery>(`/webhooks/${seg(id)}/deliveries/${seg(delivery)}/replay`),
      test: (id: string) => post<WebhookTest>(`/webhooks/${seg(id)}/test`),
      allKinds: () => get<Page<WebhookKind>>('/webhook-kinds'),
    },
    audit: (query: { tenant?: string; actor?: string; action?: string; subject?: string; from?: number; to?: number; cursor?: string | null }) =>
      get<Page<AuditEntry>>('/audit', query),
  };
}

export type Client = ReturnType<typeof createClient>;

/** The items of an answer that may be a bare list or one page. */
export function items<T>(answer: T[] | { items: T[] } | undefined): T[] {
  if (!answer) return [];
  return Array.isArray(answer) ? answer : answer.items;
}
