import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiOnly, columnsOf, padEnd, padStart, safeText, shorten, wrap } from '../../lib/core/text.ts';
import { foreignText } from '../cli/render/runs.ts';

describe('safeText', () => {
  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['colours in one byte', '\u009b31mred', 'red'],
    ['cursor movements and clearing', '\u001b[2J\u001b[10;3Hx', 'x'],
    ['window titles', '\u001b]0;owned\u0007x', 'x'],
    ['links, whose text stays', '\u001b]8;;http://evil\u001b\\here\u001b]8;;\u001b\\', 'here'],
    ['clipboard writes', '\u001b]52;c;aGk=\u009cx', 'x'],
    ['device control strings', '\u001bPq#0\u001b\\x', 'x'],
    ['a string that never ends, whose text stays', '\u001b]0;title', '0;title'],
    ['a sequence inside another', '\u001b\u001b[31m[31mx', '[31mx'],
    ['bells, backspaces, deletes', 'a\u0007\u0008\u007fb', 'ab'],
    ['text that runs backwards', 'exe.\u202egnp', 'exe.gnp'],
    ['characters that take room but show nothing', 'a\u3164\u200b\u00adb', 'ab'],
    ['carriage returns that would write over a line', 'good\rbad\r\nnext', 'good\nbad\nnext'],
    ['tabs', 'a\tb', 'a  b'],
    ['halves of characters', 'a\ud800', 'a\ufffd'],
    ['towers of marks', `e${'\u0301'.repeat(50)}`, `e${'\u0301'.repeat(4)}`],
  ])('removes or replaces %s', (_, text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(foreignText, (text) => {
        const safe = safeText(text);

        expect(safe.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('takes time in proportion to the text, however it is made', () => {
    const texts = ['\u001b]', '\u001b[1', '\u001bP', '\u009d;', 'e\u0301'].map((part) => part.repeat(200_000));

    const began = performance.now();
    for (const text of texts) safeText(text);

    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('asciiOnly', () => {
  it('shows one question mark for each character that it cannot show', () => {
    expect(asciiOnly('naïve 日本 👍🏽\nok')).toBe('na?ve ?? ?\nok');
  });
});

describe('shorten', () => {
  it.each([
    ['orders', 6, 'orders'],
    ['orders', 5, 'orde…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['go on', 4, 'go…'],
    ['orders', 1, '…'],
    ['orders', 0, ''],
    ['', 0, ''],
  ])('fits %j into %d columns as %j', (text, width, short) => {
    expect(shorten(text, width, '…')).toBe(short);
  });
});

describe('padding', () => {
  it('counts columns, not characters', () => {
    expect(padEnd('日本', 6)).toBe('日本  ');
    expect(padStart('日本', 6)).toBe('  日本');
    expect(padEnd('\u001b[31mred\u001b[39m', 5)).toBe('\u001b[31mred\u001b[39m  ');
  });
});

describe('wrap', () => {
  it('breaks at spaces, and inside a word only when it is longer than a line', () => {
    const lines = wrap('one two three\nhttps://example.com/path end', 9);

    expect(lines).toEqual(['one two', 'three', 'https://e', 'xample.co', 'm/path', 'end']);
  });

  it('keeps every character and never exceeds the width', () => {
    fc.assert(
      fc.property(foreignText.map(safeText), fc.integer({ min: 2, max: 60 }), (text, width) => {
        const lines = wrap(text, width);

        expect(lines.every((line) => columnsOf(line) <= width)).toBe(true);
        expect(lines.join('').replace(/[ \n]/g, '')).toBe(text.replace(/[ \n]/g, ''));
      }),
    );
  });
});
