/** Every call of `/api/v1`, by area, with its types. */
import type {
  Action, Alert, ApiToken, Attachment, AttributeDefinition, AudienceInput, AuditEntry, Bot, BotTest, Brought, Bulk, Calendar, Capacity, Card, Category,
  ChosenState, ClientRules, Colleague, Contact, Conversation, ConversationId, Counts, DayReport, DayTable, Delivery, DispositionInput, Drafts,
  FloorFigures, Grant, Inbox, Language, Layout, Letter, Line, LinePart, LineTarget, LinkView, Macro, MacroDefinition, MacroPreview, MailServer,
  MailTestResult, Me, Message, MessageId, MessagePage, Metric, Mode, Monitor, NewMessage, NoticeKind, Offers, Organisation, Page, PermissionArea,
  Phrase, PhraseImport, PhraseText, PhraseVariable, Presence, Priority, Provider, Queue, ReportFact, Reservation, ReservationId, Role, RoutingSettings,
  RowPage, SavedView, SearchResult, Session, Settings, Skill, SkillAsk, SkillGrant, SkillHolder, SnoozeTime, StartingPack, Team, Tenant, Threshold, ThresholdInput,
  Arrival, ArrivalStatus, Mailbox, MailboxSet, MailboxTestResult, MailParty, MessageMail, NewConversation, TimelineEntry, TotpSecret, TransferTarget, UserId, UserView, View, ViewCount, ViewDefinition, ViewFilter, ViewOrder, Webhook, WebhookKind,
  ForwardInput, JoinedBlock, JoinId, WebhookTest,
  ColleagueTeam, ConversationSurvey, NewScheduled, NoticePage, Protection, Scheduled, ScheduledId, ScheduledList, ScheduledPatch, Survey,
  SurveyResponse, SurveyResults, ToDos, MyFigures, Visit, WordDirection, WordHit, WordList,
} from './contract';
import { crmCalls } from './crm';
import { floorCalls } from './floor';
import type { Http } from './http';

const V1 = '/api/v1';
const seg = encodeURIComponent;
/** Pages of users read at the most: five thousand people. */
const USER_PAGES_MAX = 50;
/** Pages of phrases read at the most; the server keeps fewer. */
const PHRASE_PAGES_MAX = 40;

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
      forgot: (login: string) => post<void>('/password-resets', { login }, null),
    },
    invites: {
      look: (token: string) => post<LinkView>('/invites/look', { token }),
      accept: (token: string, password: string) => post<void>('/invites/accept', { token, password }),
    },
    me: {
      get: () => get<Me>('/me'),
      change: (body: Partial<Omit<Settings, 'layout'>> & { layout?: Layout }) => patch<Me>('/me', body),
      notices: (query: { unread?: boolean; cursor?: string | null; limit?: number }) => get<NoticePage>('/me/notices', query),
      readNotices: (body: { until: number; conversation?: string }) => post<void>('/me/notices/read', body),
      toDos: () => get<ToDos>('/me/to-dos'),
      day: () => get<MyFigures>('/me/day'),
      password: (body: { current: string; next: string }) => post<void>('/me/password', body),
      sessions: () => get<Page<Session>>('/me/sessions'),
      endSession: (id: string) => remove(`/me/sessions/${seg(id)}`),
      totpStart: () => post<TotpSecret>('/me/totp'),
      totpConfirm: (code: string) => post<{ recovery_codes: string[] }>('/me/totp/confirm', { code }),
      totpOff: (password: string) => remove('/me/totp', { password }),
    },
    conversations: {
      list: (query: { view: View; cursor?: string | null; tenant?: string; line?: string; tag?: string; limit?: number }, signal?: AbortSignal) =>
        get<RowPage>('/conversations', query, signal),
      counts: () => get<Counts>('/conversations/counts'),
      open: (id: ConversationId) => get<Conversation>(conversation(id)),
      visit: (id: string) => get<Visit>(`/conversations/${seg(id)}/visit`),
      messages: (id: ConversationId, query: { after?: number; before?: number; limit?: number }) => get<MessagePage>(`${conversation(id)}/messages`, query),
      send: (id: ConversationId, message: NewMessage) => post<Message>(`${conversation(id)}/messages`, message, null),
      withdraw: (id: ConversationId, message: MessageId) => post<Message>(`${conversation(id)}/messages/${seg(message)}/withdraw`),
      scheduled: (id: ConversationId) => get<ScheduledList>(`${conversation(id)}/scheduled`),
      schedule: (id: ConversationId, body: NewScheduled) => post<Scheduled>(`${conversation(id)}/scheduled`, body),
      changeScheduled: (id: ConversationId, scheduled: ScheduledId, body: ScheduledPatch) => patch<Scheduled>(`${conversation(id)}/scheduled/${seg(scheduled)}`, body),
      cancelScheduled: (id: ConversationId, scheduled: ScheduledId) => remove<Scheduled>(`${conversation(id)}/scheduled/${seg(scheduled)}`),
      mail: (id: ConversationId, message: MessageId) => get<MessageMail>(`${conversation(id)}/messages/${seg(message)}/mail`),
      mailPictures: (id: ConversationId, message: MessageId) => post<{ pictures: Record<string, string> }>(`${conversation(id)}/messages/${seg(message)}/mail/pictures`),
      signature: (id: ConversationId) => get<{ text: string }>(`${conversation(id)}/signature`),
      parties: (id: ConversationId) => get<Page<MailParty>>(`${conversation(id)}/parties`),
      joins: (id: ConversationId) => get<Page<JoinedBlock>>(`${conversation(id)}/joins`),
      merge: (id: ConversationId, into: ConversationId) => post<Conversation>(`${conversation(id)}/merge`, { into }),
      split: (id: ConversationId, body: { seqs: number[]; subject?: string }) => post<Conversation>(`${conversation(id)}/split`, body),
      forward: (id: ConversationId, body: ForwardInput) => post<Conversation>(`${conversation(id)}/forward`, body),
      undoJoin: (join: JoinId) => post<Conversation>(`/joins/${seg(join)}/undo`),
      create: (body: NewConversation) => post<Conversation>('/conversations', body),
      wording: (id: ConversationId, body: string, signal?: AbortSignal) => http<{ hits: WordHit[] }>('POST', `${V1}${conversation(id)}/wording`, { json: { body }, key: null, signal }),
      unmask: (id: ConversationId, reason: string) => post<{ until: number }>(`${conversation(id)}/unmask`, { reason }),
      copied: (id: ConversationId, how: 'copy' | 'cut' | 'drag' | 'print') => post<void>(`${conversation(id)}/copies`, { how }),
      retry: (id: ConversationId, message: MessageId) => post<Message>(`${conversation(id)}/messages/${seg(message)}/retry`),
      drafts: (id: ConversationId) => get<Drafts>(`${conversation(id)}/draft`),
      saveDraft: (id: ConversationId, body: { mode: Mode; body: string; base_seq: number }) => put<void>(`${conversation(id)}/draft`, body),
      read: (id: ConversationId, seq: number) => post<void>(`${conversation(id)}/read`, { seq }),
      assign: (id: ConversationId, user: UserId | null) => post<Conversation>(`${conversation(id)}/assign`, { user }),
      transfer: (id: ConversationId, body: { to: TransferTarget; reason: string; summary?: string }) => post<Conversation>(`${conversation(id)}/transfer`, body),
      takeOver: (id: ConversationId, reason: string) => post<Conversation>(`${conversation(id)}/take-over`, { reason }),
      resolve: (id: ConversationId, disposition?: DispositionInput) => post<Conversation>(`${conversation(id)}/resolve`, disposition ? { disposition } : {}),
      begunDisposition: (id: ConversationId) => get<{ disposition: DispositionInput | null }>(`${conversation(id)}/disposition-draft`),
      beginDisposition: (id: ConversationId, disposition: DispositionInput | null) => put<void>(`${conversation(id)}/disposition-draft`, { disposition }),
      offerInChat: (id: ConversationId) => put<Conversation>(`${conversation(id)}/chat`, {}),
      takeBackFromChat: (id: ConversationId) => remove<Conversation>(`${conversation(id)}/chat`),
      reopen: (id: ConversationId) => post<Conversation>(`${conversation(id)}/reopen`),
      snooze: (id: ConversationId, until: number) => post<Conversation>(`${conversation(id)}/snooze`, { until }),
      snoozeTimes: (id: ConversationId) => get<Page<SnoozeTime>>(`${conversation(id)}/snooze-times`),
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
      teams: (tenant: string, line?: string) => get<Page<ColleagueTeam>>('/colleagues/teams', { tenant, ...(line && { line }) }),
      colleagues: (tenant: string, line?: string) => get<Colleague[] | Page<Colleague>>('/colleagues', { tenant, ...(line && { line }) }),
    },
    phrases: {
      /** Everything the person may use: the desk searches it in memory. */
      all: async () => {
        const all: Phrase[] = [];
        for (let cursor: string | null = null, page = 0; page < PHRASE_PAGES_MAX; page += 1) {
          const found: Page<Phrase> = await get<Page<Phrase>>('/phrases', { cursor });
          all.push(...found.items);
          cursor = found.next;
          if (!cursor) break;
        }
        return all;
      },
      create: (audience: AudienceInput, phrase: PhraseText) => post<Phrase>('/phrases', { audience, phrase }),
      change: (id: string, phrase: PhraseText) => put<Phrase>(`/phrases/${seg(id)}`, phrase),
      remove: (id: string) => remove(`/phrases/${seg(id)}`),
      used: (id: string) => post<void>(`/phrases/${seg(id)}/used`),
      import: (audience: AudienceInput, text: string, dry_run: boolean) => post<PhraseImport>('/phrases/import', { audience, text, dry_run }),
      variables: () => get<Page<PhraseVariable>>('/phrase-variables'),
    },
    macros: {
      all: () => get<Page<Macro>>('/macros'),
      create: (audience: AudienceInput, macro: MacroDefinition) => post<Macro>('/macros', { audience, macro }),
      change: (id: string, macro: MacroDefinition) => put<Macro>(`/macros/${seg(id)}`, macro),
      remove: (id: string) => remove(`/macros/${seg(id)}`),
      offered: (conversation: ConversationId) => get<Page<Macro>>(`/conversations/${seg(conversation)}/macros`),
      preview: (conversation: ConversationId, id: string, language: Language) => get<MacroPreview>(`/conversations/${seg(conversation)}/macros/${seg(id)}`, { language }),
      run: (conversation: ConversationId, id: string, language: Language) => post<Conversation>(`/conversations/${seg(conversation)}/macros/${seg(id)}`, { language }),
    },
    views: {
      all: () => get<Page<SavedView>>('/views'),
      counts: () => get<Page<ViewCount>>('/views/counts'),
      create: (view: ViewDefinition, audience: AudienceInput | null) => post<SavedView>('/views', audience ? { view, audience } : { view }),
      change: (id: string, view: ViewDefinition, place?: number) => put<SavedView>(`/views/${seg(id)}`, place === undefined ? { view } : { view, place }),
      remove: (id: string) => remove(`/views/${seg(id)}`),
      list: (id: string, query: { cursor?: string | null; limit?: number }) => get<RowPage>(`/views/${seg(id)}/conversations`, query),
      attempt: (body: { filter: ViewFilter; order: ViewOrder; limit?: number }) => post<RowPage>('/views/try', body, null),
    },
    bulk: {
      start: (body: { conversations: ConversationId[]; actions?: Action[]; macro?: string }) => post<Bulk>('/bulk', body),
      get: (id: string) => get<Bulk>(`/bulk/${seg(id)}`),
      undo: (id: string) => post<Bulk>(`/bulk/${seg(id)}/undo`),
    },
    keys: {
      get: () => get<{ keys: Record<string, string> }>('/me/keys'),
      set: (keys: Record<string, string>) => put<{ keys: Record<string, string> }>('/me/keys', { keys }),
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
    crm: crmCalls(http),
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
    words: {
      ...records<WordList>('/word-lists', false),
      try: (body: { tenant: string; line?: string; direction: WordDirection; text: string }) => post<{ hits: WordHit[] }>('/word-lists/test', body, null),
    },
    protection: {
      get: (tenant: string) => get<Protection>(`/tenants/${seg(tenant)}/protection`),
      set: (tenant: string, body: Protection) => put<Protection>(`/tenants/${seg(tenant)}/protection`, body),
    },
    floor: floorCalls({ get, post, put, patch, remove }),
    insight: {
      metrics: () => get<Page<Metric>>('/metrics'),
      monitor: (query: { tenant?: string; line?: string } = {}, signal?: AbortSignal) => get<Monitor>('/monitor', query, signal),
      target: (line: string) => get<LineTarget>(`/lines/${seg(line)}/target`),
      setTarget: (line: string, body: LineTarget) => put<LineTarget>(`/lines/${seg(line)}/target`, body),
      thresholds: (query: { line?: string } = {}) => get<Page<Threshold>>('/thresholds', { limit: 100, ...query }),
      createThreshold: (body: ThresholdInput & { line: string }) => post<Threshold>('/thresholds', body),
      changeThreshold: (id: string, body: ThresholdInput) => put<Threshold>(`/thresholds/${seg(id)}`, body),
      removeThreshold: (id: string) => remove(`/thresholds/${seg(id)}`),
      alerts: (query: { open?: boolean; line?: string; cursor?: string | null; limit?: number } = {}) => get<Page<Alert>>('/alerts', query),
      acknowledge: (id: string, note: string) => post<Alert>(`/alerts/${seg(id)}/acknowledge`, note ? { note } : {}),
      day: (query: { line: string; date?: string }, signal?: AbortSignal) => get<DayReport>('/reports/day', query, signal),
      behind: (query: { line: string; date?: string; metric: string; queue?: string; user?: string; cursor?: string | null }) =>
        get<Page<ReportFact>>('/reports/day/conversations', query),
      /** Addresses of files: the browser fetches them itself, with the session's cookie. */
      csvOf: (line: string, date: string, table: DayTable) => `${V1}/reports/day/csv?line=${seg(line)}&date=${seg(date)}&table=${table}`,
      workbookOf: (line: string, date: string) => `${V1}/reports/day/xlsx?line=${seg(line)}&date=${seg(date)}`,
    },
    tenants: records<Tenant>('/tenants'),
    lines: records<Line>('/lines'),
    roles: records<Role>('/roles'),
    permissions: () => get<PermissionArea[] | Page<PermissionArea>>('/permissions'),
    teams: records<Team>('/teams'),
    skills: {
      ...records<Skill>('/skills'),
      holders: (id: string) => get<Page<SkillHolder>>(`/skills/${seg(id)}/holders`),
      changeHolders: (id: string, body: { give?: string[]; level?: number; take?: string[] }) => patch<Page<SkillHolder>>(`/skills/${seg(id)}/holders`, body),
    },
    calendars: {
      ...records<Calendar>('/calendars'),
      import: (id: string, csv: string) => http<Calendar>('POST', `${V1}/calendars/${seg(id)}/import`, { raw: { body: csv, type: 'text/csv' } }),
    },
    surveys: {
      get: (line: string) => get<Survey>(`/lines/${seg(line)}/survey`),
      put: (line: string, body: { enabled: boolean; definition: Survey['definition'] }) => put<Survey>(`/lines/${seg(line)}/survey`, body),
      results: (line: string, query: { from: number; to: number }) => get<SurveyResults>(`/lines/${seg(line)}/survey/results`, query),
      responses: (line: string, query: { from: number; to: number; score?: number; cursor?: string }) => get<Page<SurveyResponse>>(`/lines/${seg(line)}/survey/responses`, query),
      of: (conversation: string) => get<ConversationSurvey>(`/conversations/${seg(conversation)}/survey`),
      invite: (conversation: string) => post<ConversationSurvey>(`/conversations/${seg(conversation)}/survey`),
    },
    inboxes: {
      ...records<Inbox>('/inboxes', false),
      identity: (id: string) => get<{ made_at?: number | null }>(`/inboxes/${seg(id)}/identity`),
      rotateIdentity: (id: string) => post<{ secret: string }>(`/inboxes/${seg(id)}/identity`),
      rotateSecret: (id: string) => post<{ secret: string }>(`/inboxes/${seg(id)}/secret`),
    },
    mailboxes: {
      list: (tenant?: string) => get<Page<Mailbox>>('/mailboxes', { tenant, limit: 100 }),
      get: (inbox: string) => get<{ mailbox: Mailbox | null }>(`/inboxes/${seg(inbox)}/mailbox`),
      set: (inbox: string, body: MailboxSet) => put<Mailbox>(`/inboxes/${seg(inbox)}/mailbox`, body),
      remove: (inbox: string) => remove(`/inboxes/${seg(inbox)}/mailbox`),
      test: (inbox: string) => post<MailboxTestResult>(`/inboxes/${seg(inbox)}/mailbox/test`, {}, null),
      arrivals: (query: { tenant?: string; inbox?: string; status?: ArrivalStatus; cursor?: string | null; limit?: number }) => get<Page<Arrival>>('/arrivals', query),
      readAgain: (arrival: string) => post<Arrival>(`/arrivals/${seg(arrival)}/read`),
    },
    users: {
      ...records<UserView>('/users'),
      /** Everybody, page after page. */
      all: async () => {
        const all: UserView[] = [];
        for (let cursor: string | null = null, page = 0; page < USER_PAGES_MAX; page += 1) {
          const next: Page<UserView> = await get<Page<UserView>>('/users', { limit: 100, ...(cursor ? { cursor } : {}) });
          all.push(...next.items);
          cursor = next.next ?? null;
          if (!cursor) break;
        }
        return all;
      },
      grants: (id: string) => get<Grant[] | Page<Grant>>(`/users/${seg(id)}/grants`),
      addGrant: (id: string, body: { role: string; tenant?: string; line?: string }) => post<Grant>(`/users/${seg(id)}/grants`, body),
      removeGrant: (id: string, grant: string) => remove(`/users/${seg(id)}/grants/${seg(grant)}`),
      skills: (id: string) => get<SkillGrant[] | { skills: SkillGrant[] } | Page<SkillGrant>>(`/users/${seg(id)}/skills`),
      /** Only what may be asked for goes out: by what proof a skill was granted is the server's to say. */
      setSkills: (id: string, skills: SkillAsk[]) =>
        put<unknown>(`/users/${seg(id)}/skills`, { skills: skills.map(({ skill, level, valid_until }) => ({ skill, level, valid_until })) }),
      sessions: (id: string) => get<Page<Session>>(`/users/${seg(id)}/sessions`),
      reset: (id: string) => post<{ invite_url: string; mailed: boolean }>(`/users/${seg(id)}/reset`),
      endSessions: (id: string) => remove(`/users/${seg(id)}/sessions`),
    },
    tokens: records<ApiToken>('/tokens'),
    webhooks: {
      ...records<Webhook>('/webhooks', false),
      deliveries: (id: string) => get<Page<Delivery>>(`/webhooks/${seg(id)}/deliveries`),
      replay: (id: string, delivery: string) => post<Delivery>(`/webhooks/${seg(id)}/deliveries/${seg(delivery)}/replay`),
      test: (id: string) => post<WebhookTest>(`/webhooks/${seg(id)}/test`),
      allKinds: () => get<Page<WebhookKind>>('/webhook-kinds'),
      rotateSecret: (id: string) => post<{ secret: string; before_until: number }>(`/webhooks/${seg(id)}/secret`),
    },
    provider: {
      get: () => get<Provider>('/provider'),
      change: (body: Partial<Provider>) => patch<Provider>('/provider', body),
    },
    mail: {
      server: (tenant: string | null) => get<{ server: MailServer | null }>('/mail-server', { tenant }),
      set: (body: object) => put<MailServer>('/mail-server', body),
      remove: (tenant: string | null) => http<void>('DELETE', `${V1}/mail-server`, { query: { tenant } }),
      test: (tenant: string | null, to: string) => post<MailTestResult>('/mail-server/test', { to, ...(tenant ? { tenant } : {}) }, null),
      letters: (query: { tenant?: string; status?: string; cursor?: string | null }) => get<Page<Letter>>('/letters', query),
      replay: (id: string) => post<Letter>(`/letters/${seg(id)}/replay`),
    },
    bots: {
      ...records<Bot>('/bots', false),
      allKinds: () => get<Page<NoticeKind>>('/notice-kinds'),
      cards: (id: string) => get<Page<Card>>(`/bots/${seg(id)}/cards`),
      replay: (id: string, card: string) => post<Card>(`/bots/${seg(id)}/cards/${seg(card)}/replay`),
      test: (id: string) => post<BotTest>(`/bots/${seg(id)}/test`, {}, null),
    },
    start: {
      parts: (line: string) => get<Page<LinePart>>(`/lines/${seg(line)}/parts`),
      packs: () => get<Page<StartingPack>>('/packs'),
      copy: (line: string, body: object) => post<Page<Brought>>(`/lines/${seg(line)}/copy`, body),
      unpack: (line: string, body: object) => post<Page<Brought>>(`/lines/${seg(line)}/pack`, body),
    },
    undo: (entry: string) => post<void>(`/audit/${seg(entry)}/undo`),
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
