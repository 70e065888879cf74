/** The pages about customers, and the line that leads from one to the other. */
import { lazy, Suspense, type ReactNode } from 'react';
import type { Key } from '@hark/i18n';
import { Choice, Skeleton, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { concerns } from '../state/rights';

const Segments = lazy(() => import('./Segments'));
const Duplicates = lazy(() => import('./Duplicates'));
const Blocks = lazy(() => import('./Blocks'));
const Imports = lazy(() => import('./Imports'));
const Exports = lazy(() => import('./Exports'));

export const pages = [
  { key: '', title: 'crm.all', nouns: ['contacts'] },
  { key: 'segments', title: 'crm.segments', nouns: ['contacts'] },
  { key: 'duplicates', title: 'crm.duplicates', nouns: ['merge'] },
  { key: 'blocks', title: 'crm.blocks', nouns: ['block', 'decide'] },
  { key: 'import', title: 'crm.imports', nouns: ['import'] },
  { key: 'export', title: 'crm.exports', nouns: ['export'] },
] as const satisfies readonly { key: string; title: Key; nouns: readonly string[] }[];

export type CustomerPage = (typeof pages)[number]['key'];
export const isCustomerPage = (word: string | null): word is Exclude<CustomerPage, ''> => pages.some((page) => page.key !== '' && page.key === word);

export function CustomerNav({ page }: { page: CustomerPage }) {
  const { t } = useT();
  const { me } = useDesk();
  return (
    <nav className="customer-nav" aria-label={t('crm.nav')}>
      {pages.filter((one) => concerns(me, one.nouns)).map((one) => <a key={one.key} {...link(one.key ? `/customers/${one.key}` : '/customers')} className={one.key === page ? 'on' : ''} aria-current={one.key === page ? 'page' : undefined}>{t(one.title)}</a>)}
    </nav>
  );
}

export function CustomerPages({ page, id }: { page: Exclude<CustomerPage, ''>; id: string | null }) {
  return (
    <main className="customer-page" id="main">
      <CustomerNav page={page} />
      <Suspense fallback={<Skeleton lines={8} />}>
        {page === 'segments' ? <Segments id={id} /> : page === 'duplicates' ? <Duplicates /> : page === 'blocks' ? <Blocks /> : page === 'import' ? <Imports id={id} /> : <Exports />}
      </Suspense>
    </main>
  );
}

/** A page's title, what it is for, the client it is about, and what can be done there. */
export function PageHead({ title, about, tenant, onTenant, children }: { title: ReactNode; about: string; tenant?: string | null; onTenant?: (tenant: string) => void; children?: ReactNode }) {
  const { t } = useT();
  const { me } = useDesk();
  return (
    <header className="customer-head">
      <div><h1>{title}</h1><p>{about}</p></div>
      {onTenant && me.tenants.length > 1 ? <Choice hidden width={170} label={t('crm.client')} placeholder={t('crm.client_choose')} value={tenant || null} onChange={(next) => { if (next) onTenant(next); }} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} /> : null}
      {children}
    </header>
  );
}
