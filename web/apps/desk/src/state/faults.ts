/** Turns what went wrong into what a person reads. */
import { Problem, Unreachable } from '@hark/api';
import type { Translator } from '@hark/i18n';
import type { Fault } from '@hark/ui';
import { notify } from '@hark/ui';

export function faultOf(error: unknown, t: Translator['t']): Fault {
  if (error instanceof Problem) return { title: error.status === 403 ? t('error.forbidden') : error.status === 404 ? t('error.not_found') : error.title, code: error.code, request: error.request, refused: error.status === 403 };
  if (error instanceof Unreachable) return { title: t('error.unreachable'), code: null };
  return { title: t('error.unexpected'), code: error instanceof Error ? error.message : String(error) };
}

/** A field's fault in words; the server names it by a word of the interface. */
export function faultWord(fault: string, t: Translator['t']): string {
  switch (fault) {
    case 'required': case 'too_long': case 'too_many': case 'taken': case 'unknown': case 'out_of_range': case 'not_an_origin': case 'not_an_address': case 'past': case 'repeated': case 'unfit_link': return t(`fault.${fault}`);
    default: return t('fault.unfit');
  }
}

/** Shows a refusal at the head of the screen. */
export function tell(error: unknown, t: Translator['t']): void {
  const fault = faultOf(error, t);
  const fields = error instanceof Problem ? error.fields.map((one) => `${one.field} ${faultWord(one.fault, t)}`) : [];
  const detail = [error instanceof Problem ? error.reason : null, ...fields, fault.code, fault.request].filter(Boolean).join(' · ');
  notify(error instanceof Problem ? error.title : fault.title, { tone: 'error', detail: detail || undefined });
}
