/** The English that is needed once somebody writes; loaded with the talk. */

import type { Later } from './words';

export const later: Later = {
  typing: (name) => `${name} is writing`,
  you: 'You',
  bot: 'Bot',
  sending: 'Sending',
  held: 'Waiting for network',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: (why) => `Not sent: ${why}`,
  again: 'Try again',
  remove: 'Delete',
  event: {
    joined: (name) => `${name} has joined`,
    withdrawn: (name) => `${name} took a message back`,
    left: (name) => `${name} has left. We are finding you someone else`,
    queued: (_, place) => (place ? `You are number ${place} in the queue` : 'Waiting for someone to answer'),
    resolved: () => 'The conversation has ended',
    offline: () => 'We have received your message',
    reopened: () => 'The conversation goes on',
  },
  letterOffer: 'Would you like to keep this conversation?',
  letterTo: (to) => `Mail the conversation to ${to}`,
  letterSent: (to) => `The conversation is on its way to ${to}`,
  letterNot: 'It was not sent; please try again soon',
  latest: 'New messages',
  refusal: {
    type: (name) => `${name}: this kind of file cannot be sent`,
    size: (name, max) => `${name}: larger than ${max}`,
    empty: (name) => `${name}: the file is empty`,
    many: (name, max) => `${name}: at most ${max} files at once`,
  },
  fileRemove: (name) => `Remove ${name}`,
  opensNew: 'opens in a new window',
};
