/** Segments, merging, duplicates, the block list, consent, relations, import and export of contacts. */
import type { Contact, ContactId, Page, TenantId } from './contract';
import type { Http } from './http';
import type { components } from './schema';

type Schemas = components['schemas'];

export type ContactFilter = Schemas['ContactFilter'];
export type ContactCondition = Schemas['ContactCondition'];
export type ContactField = Schemas['ContactField'];
export type ContactOp = Schemas['ContactOp'];
export type Segment = Omit<Required<Schemas['Segment']>, 'count' | 'counted_at'> & { count: number | null; counted_at: number | null };
export interface ContactsCounted { count: number; exact: boolean; some: Contact[] }
export type ContactAround = Required<Schemas['ContactAround']>;
export type Block = Schemas['Block'];
export type MergeView = Schemas['MergeView'];
export type MergeSide = Schemas['MergeSide'];
export interface MergePreview { survivor: Contact; merged: Contact; conflicts: Schemas['MergeConflict'][]; tags: string[]; handles: number; conversations: number; relations: number }
export interface Duplicate { id: string; tenant: TenantId; score: number; reasons: string[]; found_at: number; contacts: Contact[] }
export type DuplicateScan = Schemas['DuplicateScan'];
export type ImportView = Schemas['ImportView'];
export type ImportPlan = Schemas['ImportPlan'];
export type ImportFault = Schemas['ImportFault'];
export type ImportTemplate = Schemas['ImportTemplate'];
export type TableHead = Schemas['TableHead'];
export type TableReading = Schemas['TableReading'];
export type TableCharset = Schemas['TableCharset'];
export type ExportView = Schemas['ExportView'];
export type ExportInput = Schemas['ExportInput'];

const V1 = '/api/v1';
const seg = encodeURIComponent;
type Query = Record<string, string | number | boolean | null | undefined>;

/** The calls, bound to one way of sending them. */
export function crmCalls(http: Http) {
  const get = <T>(path: string, query?: Query, signal?: AbortSignal) => http<T>('GET', V1 + path, { query, signal });
  const post = <T>(path: string, json: unknown = {}, key?: string | null) => http<T>('POST', V1 + path, { json, key });
  const put = <T>(path: string, json: unknown) => http<T>('PUT', V1 + path, { json });
  const remove = (path: string) => http<void>('DELETE', V1 + path);
  return {
    find: (body: { tenant: string; filter: ContactFilter; cursor?: string | null; limit?: number }, signal?: AbortSignal) =>
      http<Page<Contact>>('POST', `${V1}/contacts/find`, { json: body, signal, key: null }),
    count: (body: { tenant: string; filter: ContactFilter }, signal?: AbortSignal) => http<ContactsCounted>('POST', `${V1}/contacts/count`, { json: body, signal, key: null }),
    tag: (body: { tenant: string; contacts: string[]; add?: string[]; remove?: string[] }) => post<{ changed: number }>('/contacts/tags', body),
    around: (id: ContactId | string, signal?: AbortSignal) => get<ContactAround>(`/contacts/${seg(id)}/around`, undefined, signal),
    say: (id: string, body: { topic: string; given: boolean; source: string }) => post<void>(`/contacts/${seg(id)}/consents`, body),
    relate: (id: string, body: { other: string; kind: string; note?: string }) => post<{ id: string }>(`/contacts/${seg(id)}/relations`, body),
    unrelate: (id: string) => remove(`/relations/${seg(id)}`),
    segments: (tenant?: string) => get<Page<Segment>>('/segments', { tenant, limit: 100 }),
    segmentContacts: (id: string, cursor?: string | null, signal?: AbortSignal) => get<Page<Contact>>(`/segments/${seg(id)}/contacts`, { cursor, limit: 50 }, signal),
    createSegment: (body: { tenant: string; name: string; filter: ContactFilter }) => post<Segment>('/segments', body),
    changeSegment: (id: string, body: { name?: string; filter?: ContactFilter }) => http<Segment>('PATCH', `${V1}/segments/${seg(id)}`, { json: body }),
    countSegment: (id: string) => post<Segment>(`/segments/${seg(id)}/count`),
    removeSegment: (id: string) => remove(`/segments/${seg(id)}`),
    mergePreview: (id: string, other: string) => get<MergePreview>(`/contacts/${seg(id)}/merge`, { with: other }),
    merge: (id: string, body: { with: string; choose: Record<string, MergeSide> }) => post<{ merge: MergeView; contact: Contact }>(`/contacts/${seg(id)}/merge`, body),
    undoMerge: (id: string) => post<unknown>(`/merges/${seg(id)}/undo`),
    duplicates: (tenant: string, cursor?: string | null) => get<Page<Duplicate>>('/duplicates', { tenant, cursor, limit: 30 }),
    dismiss: (id: string) => post<void>(`/duplicates/${seg(id)}/dismiss`),
    scan: (tenant: string) => get<DuplicateScan>('/duplicates/scan', { tenant }),
    startScan: (tenant: string) => post<DuplicateScan>('/duplicates/scan', { tenant }),
    blocks: (query: { tenant?: string; state?: string; cursor?: string | null }) => get<Page<Block>>('/blocks', { ...query, limit: 50 }),
    askBlock: (body: object) => post<Block>('/blocks', body),
    decideBlock: (id: string, body: { agree: boolean; answer?: string }) => post<Block>(`/blocks/${seg(id)}/decision`, body),
    liftBlock: (id: string, reason: string) => post<Block>(`/blocks/${seg(id)}/lift`, { reason }),
    blockPolicy: (tenant: string) => get<{ tenant: string; silent: boolean }>('/block-policy', { tenant }),
    setBlockPolicy: (tenant: string, silent: boolean) => put<{ tenant: string; silent: boolean }>('/block-policy', { tenant, silent }),
    imports: (tenant?: string) => get<Page<ImportView>>('/imports', { tenant, limit: 30 }),
    import: (id: string) => get<ImportView>(`/imports/${seg(id)}`),
    upload: (tenant: string, file: File) => http<{ import: ImportView; head: TableHead }>('POST', `${V1}/imports`, { query: { tenant, name: file.name }, raw: { body: file, type: 'application/octet-stream' } }),
    lookAgain: (id: string, reading: TableReading) => post<TableHead>(`/imports/${seg(id)}/look`, { reading }, null),
    planImport: (id: string, plan: ImportPlan) => put<ImportView>(`/imports/${seg(id)}/plan`, { plan }),
    checkImport: (id: string) => post<ImportView>(`/imports/${seg(id)}/check`),
    startImport: (id: string) => post<ImportView>(`/imports/${seg(id)}/start`),
    cancelImport: (id: string) => post<ImportView>(`/imports/${seg(id)}/cancel`),
    importFaults: (id: string) => get<Page<ImportFault>>(`/imports/${seg(id)}/faults`, { limit: 50 }),
    /** Where the rows that could not be taken are saved from. */
    faultsUrl: (id: string) => `${V1}/imports/${seg(id)}/faults/file`,
    templates: (tenant?: string) => get<Page<ImportTemplate>>('/import-templates', { tenant, limit: 100 }),
    keepTemplate: (body: { tenant: string; name: string; plan: ImportPlan }) => post<ImportTemplate>('/import-templates', body),
    removeTemplate: (id: string) => remove(`/import-templates/${seg(id)}`),
    exports: (tenant?: string) => get<Page<ExportView>>('/exports', { tenant, limit: 30 }),
    export: (id: string) => get<ExportView>(`/exports/${seg(id)}`),
    startExport: (body: ExportInput) => post<ExportView>('/exports', body),
  };
}

/** Enough of a contact to name it. */
export type ContactBriefLite = Pick<Contact, 'id' | 'name'>;
