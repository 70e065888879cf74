/** What the survey says in English. */

export const en: typeof import('./survey.zh').zh = {
  scores: ['Very poor', 'Poor', 'Fair', 'Good', 'Very good'],
  dimension: { attitude: 'How you were treated', expertise: 'How well we knew', resolution: 'How it was resolved' },
  solvedAsk: 'Was your question solved?',
  yes: 'Yes',
  no: 'No',
  remark: 'Anything else? (optional)',
  submit: 'Send',
  later: 'Later',
  thanks: 'Thank you for telling us',
  notSent: 'It was not sent; please try again',
};
