/** The subject under which something is sent on. Pure. */

/** The subject of what is sent on; what is marked already is not marked twice. The server does the same where none is given. */
export function forwardSubject(about: string | null, number: number): string {
  const subject = (about ?? '').trim();
  if (subject === '') return `Fwd: #${number}`;
  return /^(fwd?|转发)\s*[:：]/i.test(subject) ? subject : `Fwd: ${subject}`;
}
