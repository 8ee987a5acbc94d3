import { describe, expect, it } from 'vitest';
import { drawBar } from '../../../lib/cli/render/bar.ts';
import { createStyle } from '../../../lib/cli/render/style.ts';

const plain = createStyle({ color: false, unicode: true });
const coloured = createStyle({ color: true, unicode: true });
const ascii = createStyle({ color: false, unicode: false });

/** A bar of a scale on which one cell is 8 ms long. */
function draw(from: number, to: number, style = plain, open = false): string {
  const bar = drawBar({ from, to, open }, 80, 10, 'bar', style);
  return ' '.repeat(bar.column) + bar.text;
}

describe('drawBar', () => {
  it.each([
    ['the whole axis', 0, 80, '██████████'],
    ['whole cells', 8, 24, ' ██'],
    ['an end within a cell', 0, 11, '█▍'],
    ['a start within a cell', 4, 16, '▐█'],
    ['a start near the left of a cell', 1, 16, '██'],
    ['a start near the right of a cell', 6, 16, '▕█'],
    ['a bar within one cell', 2, 4, '▎'],
    ['a bar in the right half of a cell', 4, 7, '▐'],
    ['a moment', 40, 40, '     ▏'],
    ['a moment at the very end', 80, 80, '         ▕'],
    ['what lies outside, moved in', -10, 200, '██████████'],
  ])('draws %s', (_, from, to, text) => {
    expect(draw(from, to)).toBe(text);
  });

  it('draws a start to the eighth where colours can be exchanged', () => {
    expect(draw(3, 16, coloured)).toBe('\u001b[36m\u001b[7m▍\u001b[27m\u001b[39m\u001b[36m█\u001b[39m');
  });

  it('draws whole cells in ASCII', () => {
    expect(draw(9, 22, ascii)).toBe(' ##');
  });

  it('draws what has no known end in another texture', () => {
    expect(draw(8, 32, plain, true)).toBe(' ░░░');
  });
});
