import { describe, expect, it } from 'vitest';
import { contrast, dark, light, readable } from '../src/tokens';

describe('the colours', () => {
  it('are complete in light and dark', () => {
    expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort());
  });
  for (const [name, palette] of [['light', light], ['dark', dark]] as const) {
    it(`can be read on every ground they stand on: ${name}`, () => {
      const poor = readable.flatMap(({ text, on, ratio }) => on.map((ground) => ({ text, ground, ratio, is: contrast(palette[text], palette[ground]) })).filter((pair) => pair.is < pair.ratio));
      expect(poor.map((pair) => `${pair.text} on ${pair.ground}: ${pair.is.toFixed(2)} < ${pair.ratio}`)).toEqual([]);
    });
  }
});
