/** Which files may be sent, said before they are uploaded. */

import type { Limits } from './wire';

/** Most files in one message. */
export const FILES_MAX = 5;

export interface Refusal { name: string; why: 'type' | 'size' | 'empty' | 'many' }

/** Whether a type stands in the list, where `image/*` stands for all images and an empty list allows nothing. */
export const typeAllowed = (mime: string, mimes: string[]): boolean =>
  mimes.some((m) => m === mime || m === '*/*' || (m.endsWith('/*') && mime.startsWith(m.slice(0, -1))));

/** Splits chosen files into those that may go and those that may not, with the reason. */
export function admit<F extends { name: string; type: string; size: number }>(
  chosen: readonly F[], already: number, limits: Limits,
): { fit: F[]; refused: Refusal[] } {
  const fit: F[] = [];
  const refused: Refusal[] = [];
  for (const file of chosen) {
    const why = !file.size ? 'empty'
      : file.size > limits.file ? 'size'
      : !typeAllowed(file.type, limits.mimes) ? 'type'
      : already + fit.length >= FILES_MAX ? 'many'
      : null;
    if (why) refused.push({ name: file.name, why });
    else fit.push(file);
  }
  return { fit, refused };
}

/** A size as people read it. */
export function sized(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${Math.round(kib)} KB` : `${(kib / 1024).toFixed(1)} MB`;
}
