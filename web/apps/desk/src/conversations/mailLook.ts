/** How mails are shown and addressed: what a subject is about, who gets an answer, what an address is. Pure. */
import type { MailHead, MailInput, MailParty, MailPerson, Message } from '@hark/api';

const ANSWERS = /^\s*(?:(?:re|fw|fwd|aw|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]\s*)+/i;
/** Text and files of one mail, in bytes. */
export const MAIL_MAX_BYTES = 20 * 1024 * 1024;

/** What a subject is about, without the marks of answering and passing on. */
export const topicOf = (subject: string): string => subject.replace(ANSWERS, '').trim();

/** Subjects that say something new: of the first mail, and wherever they change; by message. */
export function newSubjects(messages: readonly Message[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let topic: string | null = null;
  for (const message of messages) {
    const subject = message.mail?.subject;
    if (!subject || topicOf(subject) === topic) continue;
    found.set(message.id, subject);
    topic = topicOf(subject);
  }
  return found;
}

/** The subject of an answer. */
export function answerTo(subject: string | null): string {
  const about = (subject ?? '').trim();
  return about === '' || /^\s*(re|回复|答复)\s*[:：]/i.test(about) ? about : `Re: ${about}`;
}

/** How somebody in a field of a mail is called. */
export const nameOf = (person: MailPerson): string => person.name || person.address;

/** Is this one address, as it may stand in a mail? The server looks closer. */
export const isAddress = (text: string): boolean => /^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\.]+(\.[^\s@<>(),;:"\\.]+)+$/u.test(text) && text.length <= 254;

/** People from what was typed or pasted: `Name <a@b.c>`, bare addresses, separated as people separate them; and what is none. */
export function peopleOf(text: string): { people: MailPerson[]; rest: string } {
  const people: MailPerson[] = [];
  const rest: string[] = [];
  for (const piece of text.split(/[,;，；、\n]+/).map((one) => one.trim()).filter(Boolean)) {
    const [, name = '', within] = /^(.*?)\s*<([^<>]+)>$/.exec(piece) ?? [];
    const address = (within ?? piece).trim();
    if (isAddress(address)) people.push({ name: name.replace(/^"|"$/g, '').trim(), address });
    else rest.push(piece);
  }
  return { people, rest: rest.join(', ') };
}

/** Everybody once, the first of each; `without` are left out. */
export function once(people: readonly MailPerson[], without: readonly MailPerson[] = []): MailPerson[] {
  const seen = new Set(without.map((one) => one.address.toLowerCase()));
  return people.filter(({ address }) => {
    const key = address.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Is an address that of the mailbox, or one below it (`help+token@…`)? */
export function isOwn(address: string, own: string | null): boolean {
  if (!own) return false;
  const [local = '', host = ''] = address.toLowerCase().split('@');
  const [ours = '', at = ''] = own.toLowerCase().split('@');
  return host === at && (local === ours || local.startsWith(`${ours}+`));
}

export interface Recipients { to: MailPerson[]; cc: MailPerson[]; bcc: MailPerson[] }
export const nobody: Recipients = { to: [], cc: [], bcc: [] };

/**
 * Whom an answer goes to: whoever wrote last, where they want answers; of a sender whose domain disowns the mail only the address
 * they wrote from. Before they wrote, whom we wrote to. With `all`, everybody who takes part gets it too.
 */
export function answerPeople(messages: readonly Message[], parties: readonly MailParty[], own: string | null, all: boolean): Recipients {
  const heads = messages.filter((one) => one.mail && one.mode === 'reply').reverse();
  const theirs = heads.find((one) => one.author.kind === 'contact' && one.mail?.kind !== 'auto_reply' && one.mail?.kind !== 'bounce')?.mail;
  const ours = heads.find((one) => one.author.kind !== 'contact' && (one.mail?.to.length ?? 0) > 0)?.mail;
  const asked = theirs ? (theirs.verdict === 'forged' ? theirs.from : theirs.reply_to ?? theirs.from) : null;
  // Before anybody wrote a mail: the contact's surest address.
  const first = parties.find((one) => one.role === 'known' || one.role === 'claimed');
  const to = asked ? [asked] : ours ? [...ours.to] : first ? [{ name: first.name, address: first.address }] : [];
  const foreign = to.filter((one) => !isOwn(one.address, own));
  const taking = parties.filter((one) => one.role !== 'known' && one.role !== 'claimed');
  const others = all ? taking.filter((one) => !isOwn(one.address, own)).map(({ name, address }) => ({ name, address })) : [];
  return { to: foreign, cc: once(others, foreign), bcc: [] };
}

/** What the server is told; nothing of it is left to be guessed. */
export const inputOf = (people: Recipients, subject: string): MailInput => ({ ...people, subject: subject.trim() || null, inbox: null });

/** The first names of a field, and how many more there are. */
export function folded(people: readonly MailPerson[], shown = 2): { names: string[]; more: number } {
  // One more takes no more room than saying so.
  const take = people.length <= shown + 1 ? people.length : shown;
  return { names: people.slice(0, take).map(nameOf), more: people.length - take };
}

/** The domain that a mail's sender names. */
export const domainOf = (head: MailHead): string => head.from?.address.split('@').pop() ?? '';
