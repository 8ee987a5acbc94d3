import { describe, expect, it } from 'vitest';
import { formatDuration, formatElapsed, formatTick } from '../../../lib/cli/render/duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [-3, '0 ms'],
    [Number.NaN, '0 ms'],
    [0.4, '<1 ms'],
    [340, '340 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [2_449, '2.4 s'],
    [59_949, '59.9 s'],
    [59_950, '1 m 00 s'],
    [65 * SECOND, '1 m 05 s'],
    [59 * MINUTE + 59.5 * SECOND, '1 h 00 m'],
    [2 * HOUR + 3 * MINUTE, '2 h 03 m'],
    [24 * HOUR - 1, '1 d 00 h'],
    [76 * HOUR, '3 d 04 h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatTick', () => {
  it.each([
    [0, '0'],
    [250, '250 ms'],
    [1_500, '1.5 s'],
    [MINUTE, '1 m'],
    [90 * SECOND, '1 m 30 s'],
    [2 * HOUR, '2 h'],
    [36 * HOUR, '1 d 12 h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatTick(ms)).toBe(text);
  });
});

describe('formatElapsed', () => {
  it.each([
    [0, '+0.00 s'],
    [-5, '+0.00 s'],
    [344, '+0.34 s'],
    [65 * SECOND, '+1 m 05 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatElapsed(ms)).toBe(text);
  });
});
