import { describe, expect, it } from 'vitest';
import type { Translator } from '@hark/i18n';
import { labelOf } from '../src/admin/labels';
import { unfitQuiet } from '../src/insight/values';

const t = ((key: string) => key) as unknown as Translator['t'];

describe('a form that is refused', () => {
  it('calls the faulty field by its name, with its number where there are several', () => {
    const names = { title: 'Title', points: 'Points', 'points/*/link': 'Link', 'config/brand/name': 'Brand' };
    expect(labelOf('title', names)).toBe('Title');
    expect(labelOf('points/1/link', names)).toBe('Link 2');
    expect(labelOf('points/0/text', names)).toBe('Points 1');
    expect(labelOf('config/brand/name', names)).toBe('Brand');
    expect(labelOf('else', names)).toBe('else');
  });

  it('says that a quiet time cannot be read, or lacks an end, and drops none', () => {
    expect(unfitQuiet({ quiet_from: '25:99', quiet_to: 'abc' }, t)).toEqual({ quiet_from: 'threshold.quiet_unfit', quiet_to: 'threshold.quiet_unfit' });
    expect(unfitQuiet({ quiet_from: '22:00', quiet_to: '' }, t)).toEqual({ quiet_to: 'threshold.quiet_both' });
    expect(unfitQuiet({ quiet_from: '', quiet_to: '7:30' }, t)).toEqual({ quiet_from: 'threshold.quiet_both' });
    expect(unfitQuiet({ quiet_from: '22：00', quiet_to: '07:30' }, t)).toEqual({});
    expect(unfitQuiet({ quiet_from: '', quiet_to: null }, t)).toEqual({});
  });
});
