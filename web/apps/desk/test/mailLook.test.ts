import { describe, expect, it } from 'vitest';
import type { MailHead, Message } from '@hark/api';
import { answerPeople, answerTo, folded, isAddress, isOwn, newSubjects, once, peopleOf, topicOf } from '../src/conversations/mailLook';
import { usualWay, waysOf } from '../src/conversations/ways';

const person = (address: string, name = '') => ({ name, address });
const head = (part: Partial<MailHead>): MailHead => ({ subject: '', from: null, reply_to: null, to: [], cc: [], bcc: [], kind: 'human', verdict: 'aligned', folded: false, html: false, remote_images: 0, parts: [], unkept: [], quoted_at: null, to_contact: false, inbox: null, ...part });
const mail = (id: string, by: 'contact' | 'user', part: Partial<MailHead>) => ({ id, mode: 'reply', author: { kind: by }, mail: head(part) }) as Message;

describe('a subject', () => {
  it('is shown where it says something new, whatever marks of answering it bears', () => {
    const all = [mail('a', 'contact', { subject: '发票' }), mail('b', 'user', { subject: 'Re: 发票' }), mail('c', 'contact', { subject: '回复：Re: 发票' }), mail('d', 'contact', { subject: '另一件事' }), mail('e', 'user', { subject: '' })];
    expect([...newSubjects(all)]).toEqual([['a', '发票'], ['d', '另一件事']]);
    expect(topicOf('RE[2]: Fwd: 转发: bill')).toBe('bill');
  });
  it('is marked as an answer once', () => {
    expect([answerTo('发票'), answerTo('Re: 发票'), answerTo('回复：发票'), answerTo(null)]).toEqual(['Re: 发票', 'Re: 发票', '回复：发票', '']);
  });
});

describe('addresses', () => {
  it('are told from what is none', () => {
    expect(['a@b.example', 'a.b+c@d-e.example', '张三@公司.中国'].every(isAddress)).toBe(true);
    expect(['a', 'a@b', 'a b@c.example', 'a@b..c', '<a@b.example>', 'a@b.example,', 'a@@b.example'].some(isAddress)).toBe(false);
  });
  it('come with names, separated as people separate them', () => {
    expect(peopleOf('"Wang, no" x; 王会计 <wang@a.example>，b@a.example')).toEqual({ people: [person('wang@a.example', '王会计'), person('b@a.example')], rest: '"Wang, no" x' });
  });
  it('of the mailbox are known with what stands behind a plus', () => {
    expect(['Help@a.example', 'help+token@a.example', 'helper@a.example', 'help@b.example'].map((one) => isOwn(one, 'help@a.example'))).toEqual([true, true, false, false]);
  });
  it('stand once', () => {
    expect(once([person('A@x.example'), person('a@x.example'), person('b@x.example')], [person('B@x.example')])).toEqual([person('A@x.example')]);
    expect(folded([person('a@x.example'), person('b@x.example', 'B'), person('c@x.example'), person('d@x.example')])).toEqual({ names: ['a@x.example', 'B'], more: 2 });
    expect(folded([person('a@x.example'), person('b@x.example'), person('c@x.example')]).more).toBe(0);
  });
});

describe('the way of a reply', () => {
  const ways = { mail: false, chat: false, in_chat: false };
  const chat = { channel: 'webchat', ways: { ...ways, mail: true } } as const;
  const said = (message: Message) => ({ ...message, kind: 'text' }) as Message;
  const spoken = { id: 'x', kind: 'text', mode: 'reply', author: { kind: 'contact' }, mail: null } as Message;
  it('is the one by which the contact wrote last, where it is still there', () => {
    expect(waysOf(chat)).toEqual(['chat', 'mail']);
    expect(usualWay(chat, [])).toBe('chat');
    expect(usualWay(chat, [spoken, said(mail('a', 'contact', {})), said(mail('b', 'user', {}))])).toBe('mail');
    expect(usualWay({ channel: 'webchat', ways }, [said(mail('a', 'contact', {}))])).toBe('chat');
    expect(usualWay({ channel: 'email', ways: { ...ways, chat: true } }, [spoken])).toBe('mail');
    expect(usualWay({ channel: 'email', ways: { ...ways, chat: true, in_chat: true } }, [said(mail('a', 'contact', {})), spoken])).toBe('chat');
  });
  it('by mail begins with the surest address of the contact', () => {
    const known = [{ name: '', address: 'li@k.example', role: 'known' }, { name: '', address: 'li@other.example', role: 'claimed' }];
    expect(answerPeople([], known, null, true)).toEqual({ to: [{ name: '', address: 'li@k.example' }], cc: [], bcc: [] });
  });
});

describe('an answer', () => {
  const parties = [person('chen@k.example', '陈立'), person('wang@k.example'), person('help@a.example'), person('help+t@a.example')].map((one) => ({ ...one, role: 'cc' }));
  it('goes to whoever wrote last, where they want answers', () => {
    const all = [mail('a', 'contact', { from: person('old@k.example') }), mail('b', 'contact', { from: person('chen@k.example'), reply_to: person('desk@k.example') }), mail('c', 'contact', { from: person('away@k.example'), kind: 'auto_reply' })];
    expect(answerPeople(all, parties, 'help@a.example', false)).toEqual({ to: [person('desk@k.example')], cc: [], bcc: [] });
  });
  it('of a disowned mail goes nowhere else than it came from', () => {
    expect(answerPeople([mail('a', 'contact', { from: person('ceo@k.example'), reply_to: person('thief@z.example'), verdict: 'forged' })], [], null, false).to).toEqual([person('ceo@k.example')]);
  });
  it('to all leaves out ourselves and names nobody twice', () => {
    expect(answerPeople([mail('a', 'contact', { from: person('chen@k.example', '陈立') })], parties, 'help@a.example', true)).toEqual({ to: [person('chen@k.example', '陈立')], cc: [person('wang@k.example')], bcc: [] });
  });
  it('before anybody wrote goes where we wrote to', () => {
    expect(answerPeople([mail('a', 'user', { to: [person('new@k.example')] })], [], null, false).to).toEqual([person('new@k.example')]);
  });
});
