/** Turns what went wrong into what a person reads. */
import { Problem, Unreachable } from '@hark/api';
import type { Translator } from '@hark/i18n';
import type { Fault } from '@hark/ui';
import { notify } from '@hark/ui';

export function faultOf(error: unknown, t: Translator['t']): Fault {
  if (error instanceof Problem) return { title: error.status === 403 ? t('error.forbidden') : error.status === 404 ? t('error.not_found') : error.title, code: error.code, request: error.request };
  if (error instanceof Unreachable) return { title: t('error.unreachable'), code: null };
  return { title: t('error.unexpected'), code: error instanceof Error ? error.message : String(error) };
}

/** Shows a refusal at the foot of the screen. */
export function tell(error: unknown, t: Translator['t']): void {
  const fault = faultOf(error, t);
  const detail = [fault.code, fault.request].filter(Boolean).join(' · ');
  notify(error instanceof Problem ? error.title : fault.title, { tone: 'error', detail: detail || undefined });
}
