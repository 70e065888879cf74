/**
 * What desk and server say to each other: short names for the types generated from the server's own description.
 *
 * `schema.ts` is written by `cargo xtask codegen`; nothing about a record is said here that it says already. Times are
 * milliseconds since 1970 (UTC) and are named `*_at`; lengths of time are named `*_ms`; what is absent is `null`.
 */
import type { components } from './schema';

type Schemas = components['schemas'];
/** An answer: the server writes every field, and `null` where there is nothing. */
type Whole<T> = T extends readonly (infer One)[] ? Whole<One>[] : T extends object ? { [Key in keyof T]-?: Whole<T[Key]> } : T;
type Of<Name extends keyof Schemas> = Whole<Schemas[Name]>;
/** A record with some fields known more closely than the description says. */
type Closer<T, Known> = Omit<T, keyof Known> & Known;

export type TenantId = Schemas['TenantId'];
export type LineId = Schemas['LineId'];
export type UserId = Schemas['UserId'];
export type ContactId = Schemas['ContactId'];
export type ConversationId = Schemas['ConversationId'];
export type MessageId = Schemas['MessageId'];
export type AttachmentId = Schemas['AttachmentId'];
export type QueueId = Schemas['QueueId'];
export type InboxId = Schemas['InboxId'];
export type TeamId = Schemas['TeamId'];
export type ReservationId = Schemas['ReservationId'];

export type Language = Schemas['Language'];
export type ThemeChoice = Schemas['Theme'];
export type Density = Schemas['Density'];
export type SendKey = Schemas['SendKey'];

/** One page of a list and where the next one begins. */
export interface Page<T> { items: T[]; next: string | null }

export type Session = Of<'Session'>;
export type UserView = Of<'User'>;
/** What one person arranged for themselves; the server keeps it as it is, so that it follows them to another machine. */
export interface Layout { list_w?: number; context_w?: number; context_open?: boolean; context_tab?: string; view?: string; sound?: boolean; reply_all?: boolean }
export type Settings = Closer<Of<'MySettings'>, { layout: Layout }>;
export type TenantMark = Of<'MyTenant'>;
export type Me = Closer<Of<'Me'>, { settings: Settings; presence: Presence }>;

// ── Administration ──

export type Tenant = Of<'Tenant'>;
export type Line = Of<'Line'>;
export type Grant = Of<'Grant'>;
export type Role = Of<'Role'>;
export type PermissionArea = Of<'AreaPermissions'>;
export type LinkView = Of<'LinkView'>;
export type Team = Of<'Team'>;
export type Skill = Of<'Skill'>;
export type SkillGrant = Schemas['SkillGrant'];
export type SkillHolder = Schemas['SkillHolder'];
/** A skill and its level, as it is asked for or granted. */
export type SkillAsk = Schemas['NewSkillGrant'];
export type Span = Of<'TimeSpan'>;
export type CalendarException = Schemas['DateRule'];
export type Calendar = Closer<Of<'Calendar'>, { exceptions: CalendarException[] }>;
export type ApiToken = Of<'Token'>;
export type AuditEntry = Of<'AuditEntry'>;
/** The secret is told once, to whoever makes it. */
export type Webhook = Of<'WebhookView'> & { secret?: string };
export type WebhookKind = Of<'KindView'>;
export type DeliveryFault = Of<'FaultView'>;
export type WebhookTest = Of<'TestView'>;
export type Delivery = Of<'DeliveryView'>;

export type Provider = Of<'Provider'>;
export type TotpSecret = Of<'TotpSecret'>;
export type MailServer = Of<'MailServer'>;
export type MailTestResult = Of<'MailTestResult'>;
export type Letter = Of<'Letter'>;
export type Bot = Of<'Bot'>;
export type BotTest = Of<'BotTestView'>;
export type Card = Of<'Card'>;
export type NoticeKind = Of<'NoticeKindView'>;
export type LinePart = Of<'LinePartView'>;
export type Brought = Of<'BroughtView'>;
export type StartingPack = Of<'StartingPack'>;

// ── Customers ──

export type Channel = Schemas['Channel'];
export type Handle = Of<'HandleView'>;
export type Preferences = Schemas['Preferences'];
export type Contact = Closer<Of<'Contact'>, { preferences: Preferences; attributes: Record<string, string> }>;
export type ContactLite = Of<'ContactMark'>;
/** What an entry's facts hold depends on its kind; these are the ones that are shown. */
export type TimelineEntry = Closer<Of<'TimelineEntry'>, { data: { number?: number | string; channel?: Channel; resolved_at?: number | null; merged?: boolean } | null }>;
export type Organisation = Of<'Organisation'>;
export type AttributeDefinition = Of<'Attribute'>;

// ── Conversations ──

export type InboxConfig = Of<'InboxConfig'>;
export type Inbox = Of<'Inbox'>;
export type Visit = Of<'VisitView'>;
export type Survey = Of<'SurveyView'>;
export type SurveyResults = Of<'SurveyResults'>;
export type SurveyResponse = Of<'ResponseView'>;
export type ConversationSurvey = Of<'ConversationSurvey'>;
export type View = 'mine' | 'queue' | 'mentions' | 'followed' | 'open' | 'closed' | 'all';
export type Status = Schemas['Status'];
export type Priority = Schemas['Priority'];
export type Mode = Schemas['Mode'];
export type MessageState = Schemas['MessageState'];
export type Person = Of<'PersonMark'>;
export type ConversationRow = Of<'ConversationRow'>;
export type DispositionKind = Schemas['Kind'];
export type Outcome = Schemas['Outcome'];
export type Disposition = Of<'DispositionView'>;
export type DispositionInput = Whole<Schemas['DispositionInput']>;
export type Conversation = Of<'ConversationView'>;
export type Attachment = Of<'AttachmentView'>;
export type MessageEvent = Closer<Of<'EventView'>, { data: Record<string, unknown> }>;
export type Message = Closer<Of<'MessageView'>, { event: MessageEvent | null }>;
export type MailHead = Of<'MailHead'>;
export type MailPerson = Of<'MailPerson'>;
export type MailParty = Of<'MailParty'>;
export type MailInput = Schemas['MailInput'];
export type MailDelivery = Of<'MailDelivery'>;
export type WrittenMail = Closer<Of<'WrittenMail'>, { pictures: Record<string, string> }>;
export type MessageMail = Closer<Of<'MessageMail'>, { written: WrittenMail | null }>;
export type Arrival = Of<'ArrivalView'>;
export type ArrivalStatus = Schemas['ArrivalStatus'];
export type Mailbox = Of<'Mailbox'>;
export type MailboxConfig = Of<'MailboxConfig'>;
export type MailboxEndpoint = Of<'MailboxEndpoint'>;
export type MailboxTestResult = Of<'MailboxTestResult'>;
export type MailboxSet = Schemas['MailboxSet'];
export type MessagePage = Closer<Of<'Thread'>, { items: Message[] }>;
export type NewConversation = Schemas['NewConversation'];
/** Another conversation, named. */
export type ConversationMark = Of<'ConversationMark'>;
export type Join = Of<'JoinView'>;
export type JoinId = Schemas['JoinId'];
/** Messages from elsewhere, as a conversation shows them. */
export type JoinedBlock = Join & { items: Message[]; more: boolean };
export type ForwardInput = Schemas['ForwardInput'];
export type NewMessage = Schemas['MessageInput'];
export type SavedDraft = Of<'Draft'>;
export type Drafts = Of<'Drafts'>;
export type Category = Of<'Category'> & { children?: Category[] };
export type Counts = Of<'Counts'>;
export type RowPage = Of<'ConversationPage'>;
export type SearchHit = Closer<Of<'FoundMessage'>, { message: Message }>;
export type SearchResult = Closer<Of<'Found'>, { messages: SearchHit[] }>;
export type Colleague = Closer<Of<'Colleague'>, { state: PresenceState }>;
export type TransferTarget = Schemas['To'];

// ── Sending ──

export type ScheduledId = Schemas['ScheduledId'];
export type WordListId = Schemas['WordListId'];
export type Scheduled = Of<'ScheduledView'>;
export type ScheduledList = Of<'ScheduledList'>;
export type NewScheduled = Schemas['NewScheduled'];
export type ScheduledPatch = Schemas['ScheduledPatch'];
export type WordHit = Of<'WordHit'>;
export type WordList = Of<'WordListView'>;
export type WordDirection = Schemas['WordDirection'];
export type WordAction = Schemas['WordAction'];
export type Protection = Schemas['ProtectionView'];
export type Notice = Closer<Of<'PersonalNotice'>, { data: Record<string, unknown> }>;
export type NoticePage = Closer<Of<'PersonalNoticePage'>, { items: Notice[] }>;
export type HowTold = Schemas['HowTold'];
export type ToDos = Of<'ToDos'>;
export type MyFigures = Of<'MyFigures'>;
export type ColleagueTeam = Of<'ColleagueTeam'>;

// ── What makes an agent fast ──

export type Audience = Of<'Audience'>;
export type AudienceInput = Schemas['AudienceInput'];
export type Phrase = Of<'PhraseView'>;
export type PhraseText = Schemas['PhraseText'];
export type PhraseImport = Of<'PhrasesImported'>;
export type PhraseVariable = Of<'PhraseVariable'>;
export type Action = Schemas['Action'];
export type ActionWord = Action['do'];
export type MacroDefinition = Schemas['MacroDefinition'];
export type MacroMode = Schemas['MacroMode'];
export type Macro = Of<'MacroView'>;
export type MacroPreview = Of<'MacroPreview'>;
export type SnoozePreset = Schemas['SnoozePreset'];
export type SnoozeTime = Of<'SnoozeTime'>;
export type ViewField = Schemas['ViewField'];
export type ViewOp = Schemas['ViewOp'];
export type ViewJoin = Schemas['ViewJoin'];
export type ViewCondition = Schemas['ViewCondition'];
export type ViewGroup = Schemas['ViewGroup'];
export type ViewFilter = Schemas['ViewFilter'];
export type ViewOrder = Schemas['ViewOrder'];
export type ViewColumn = Schemas['ViewColumn'];
export type ViewDefinition = Schemas['ViewDefinition'];
export type SavedView = Of<'ViewView'>;
export type ViewCount = Of<'ViewCount'>;
export type Bulk = Of<'BulkView'>;

// ── Routing ──

export type ChosenState = Exclude<PresenceState, 'serving' | 'wrap_up'>;
/** Serving is nobody's choice: the server says it of who is ready and has work. */
export type PresenceState = Schemas['State'] | 'serving';
export type Presence = Closer<Of<'PresenceView'>, { state: PresenceState }>;
export type Reservation = Of<'ReservationView'>;
export type Queue = Of<'QueueView'>;
export type QueueRules = Of<'QueueRules'>;
export type StageRule = Of<'StageRule'>;
export type RoutingSettings = Of<'RoutingSettings'>;
export type ClientRules = Of<'ClientRules'>;
export type Capacity = Of<'CapacityView'>;
export type Offers = Of<'OffersView'>;
export type Offer = Of<'OfferView'>;
export type Considered = Of<'ConsideredView'>;
export type Standing = Of<'StandingView'>;
export type FloorFigures = Of<'FloorFigures'>;

// ── Insight ──

export type Metric = Of<'Metric'>;
export type Figure = Of<'Figure'>;
export type Monitor = Of<'Monitor'>;
export type MonitorLine = Of<'MonitorLine'>;
export type MonitorQueue = Of<'MonitorQueue'>;
export type MonitorAgent = Of<'MonitorAgent'>;
export type MonitorRisk = Of<'MonitorRisk'>;
export type MonitorTick = Of<'MonitorTick'>;
export type LineTarget = Of<'LineTarget'>;
export type Threshold = Of<'Threshold'>;
export type ThresholdMetric = Schemas['ThresholdMetric'];
export type ThresholdOperator = Schemas['ThresholdOperator'];
export type ThresholdInput = Schemas['ThresholdInput'];
export type Alert = Of<'Alert'>;
export type DayReport = Of<'DayReport'>;
export type DayRow = Of<'DayRow'>;
export type DayTable = 'line' | 'agents' | 'hours' | 'dispositions' | 'definitions';
export type ReportFact = Of<'ReportFact'>;
export type AlertId = Schemas['AlertId'];
