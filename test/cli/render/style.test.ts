import { describe, expect, it } from 'vitest';
import { canRedraw, createStyle, styleFor } from '../../../lib/cli/render/style.ts';

const terminal = { isTTY: true };
const file = {};

describe('styleFor', () => {
  it.each([
    ['a terminal', terminal, {}, true],
    ['a file', file, {}, false],
    ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['a file with FORCE_COLOR', file, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR against NO_COLOR', file, { FORCE_COLOR: '', NO_COLOR: '1' }, true],
    ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ])('decides on colours for %s', (_, stream, environment, color) => {
    expect(styleFor(stream, environment).color).toBe(color);
  });

  it.each([
    ['UTF-8', { LANG: 'de_DE.UTF-8' }, true],
    ['utf8', { LC_CTYPE: 'C.utf8', LANG: 'C' }, true],
    ['LC_ALL before LANG', { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, false],
    ['Latin 1', { LANG: 'de_DE.ISO-8859-1' }, false],
    ['no locale at all', {}, true],
    ['the Linux console without a locale', { TERM: 'linux' }, false],
    ['the old console of Windows', { OS: 'Windows_NT' }, false],
    ['Windows Terminal', { OS: 'Windows_NT', WT_SESSION: 'x' }, true],
  ])('decides on Unicode for %s', (_, environment, unicode) => {
    expect(styleFor(terminal, environment).unicode).toBe(unicode);
  });
});

describe('canRedraw', () => {
  it.each([
    [terminal, {}, true],
    [terminal, { TERM: 'dumb' }, false],
    [file, {}, false],
  ])('%j with %j: %s', (stream, environment, can) => {
    expect(canRedraw(stream, environment)).toBe(can);
  });
});

describe('createStyle', () => {
  it('paints only where colours are wanted', () => {
    expect(createStyle({ color: true, unicode: true }).paint('bad', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(createStyle({ color: false, unicode: true }).paint('bad', 'x')).toBe('x');
  });

  it('makes foreign text one safe line, or safe lines', () => {
    const style = createStyle({ color: true, unicode: true });

    expect(style.line(' a\n\u001b[31mb\t c ')).toBe('a b c');
    expect(style.text('a\n\u001b[31mb')).toBe('a\nb');
  });

  it('knows an ASCII form of every glyph', () => {
    const { glyphs } = createStyle({ color: false, unicode: false });

    expect(JSON.stringify(glyphs)).toMatch(/^[ -~]*$/);
    expect(Object.values(glyphs.status).every((symbol) => symbol.length === 1)).toBe(true);
  });
});
