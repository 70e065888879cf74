import { describe, expect, it } from 'vitest';
import { actionOf } from '../src/app/actions';
import { composing, mentionAt, sends, type KeyLike } from '../src/conversations/keys';

const enter: KeyLike = { key: 'Enter', keyCode: 13, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false };

describe('Enter', () => {
  it('never sends while an input method chooses characters, in either way browsers say so', () => {
    for (const sendKey of ['enter', 'ctrl_enter'] as const) {
      for (const ctrlKey of [false, true]) {
        expect(sends({ ...enter, ctrlKey, isComposing: true }, sendKey)).toBe(false);
        expect(sends({ ...enter, ctrlKey, keyCode: 229 }, sendKey)).toBe(false);
      }
    }
    expect(composing({ isComposing: false, keyCode: 229 })).toBe(true);
  });
  it('sends or begins a line by the choice of the person', () => {
    expect(sends(enter, 'enter')).toBe(true);
    expect(sends({ ...enter, shiftKey: true }, 'enter')).toBe(false);
    expect(sends(enter, 'ctrl_enter')).toBe(false);
    expect(sends({ ...enter, ctrlKey: true }, 'ctrl_enter')).toBe(true);
    expect(sends({ ...enter, altKey: true }, 'enter')).toBe(false);
  });
});

describe('keys of the desk', () => {
  it('need Alt, so that no bare letter is ever taken from whoever types', () => {
    const key = { altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, code: 'KeyE', isComposing: false };
    expect(actionOf(key)).toBe('resolve');
    expect(actionOf({ ...key, altKey: false })).toBeNull();
    expect(actionOf({ ...key, isComposing: true })).toBeNull();
    expect(actionOf({ ...key, ctrlKey: true })).toBeNull();
  });
});

describe('a mention', () => {
  it('begins at @ after a gap and ends with the name', () => {
    expect(mentionAt('请 @林', 4)).toEqual({ from: 2, query: '林' });
    expect(mentionAt('@', 1)).toEqual({ from: 0, query: '' });
    expect(mentionAt('a@b.com', 4)).toBeNull();
    expect(mentionAt('@林晓 好', 5)).toBeNull();
  });
});
