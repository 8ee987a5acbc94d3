/** Text from models and tools, made safe for a terminal, and the few operations that count columns, not characters. */
import stringWidth from 'string-width';

const ESC = '\u001b';
/** Colours and cursor movements: `ESC [ … letter`. */
const CONTROL_SEQUENCE = `(?:${ESC}\\[|\u009b)[0-?]*[ -\\/]*[@-~]`;
/** Titles, links, clipboards: `ESC ] … BEL`, and the other strings that a terminal swallows, up to their terminator. */
const CONTROL_STRING = `(?:${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])\\P{Cc}*(?:\u0007|${ESC}\\\\|\u009c)`;
const SHORT_ESCAPE = `${ESC}[ -\\/]*[0-~]`;
const ESCAPES = new RegExp(`${CONTROL_SEQUENCE}|${CONTROL_STRING}|${SHORT_ESCAPE}`, 'gu');
const LINE_BREAKS = /\r\n?|[\n\v\f\u0085\u2028\u2029]/gu;
/**
 * Controls, and whatever reorders or hides text (bidirectional overrides, fillers, zero-width joiners: terminals do not
 * agree on the width of joined emoji). The non-joiner and the emoji selector stay.
 */
const INVISIBLE = /[[\p{Cc}\p{Cf}\p{DI}]--[\n\u200c\ufe0f]]/gv;
/** Marks stacked so high that they would reach into the lines above and below. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** More of a text that is to be one line is never looked at. */
const MOST_CHARACTERS = 1000;

/** Without escape sequences and control characters; `\n` is the only line break left. */
export function safeText(text: string): string {
  return text
    .toWellFormed()
    .replace(ESCAPES, '')
    .replace(LINE_BREAKS, '\n')
    .replaceAll('\t', '  ')
    .replace(INVISIBLE, '')
    .replace(STACKED_MARKS, '$1');
}

/** For terminals that show ASCII only: every other character becomes one `?`. */
export function asciiOnly(text: string): string {
  if (/^[\n -~]*$/.test(text)) return text;
  return Array.from(graphemes.segment(text), ({ segment }) => (/^[\n -~]$/.test(segment) ? segment : '?')).join('');
}

/** Columns that a line takes; escape sequences take none. */
export function columnsOf(line: string): number {
  return stringWidth(line);
}

/** The line, cut so that it takes at most `width` columns, the ellipsis included. Not for coloured text. */
export function shorten(line: string, width: number, ellipsis: string): string {
  const room = width - columnsOf(ellipsis);
  let used = 0;
  let cut = 0;
  for (const { segment, index } of graphemes.segment(line)) {
    used += columnsOf(segment);
    if (used > width) return room < 0 ? '' : line.slice(0, cut).trimEnd() + ellipsis;
    if (used <= room) cut = index + segment.length;
  }
  return line;
}

export function padEnd(line: string, width: number): string {
  return line + ' '.repeat(Math.max(0, width - columnsOf(line)));
}

export function padStart(line: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columnsOf(line))) + line;
}

/** One line of at most `width` columns, safe for a terminal. */
export function oneLine(text: string, width: number): string {
  return shorten(safeText(text.slice(0, MOST_CHARACTERS)).replace(/\s+/g, ' ').trim(), width, '...');
}

/**
 * Lines of at most `width` columns, broken at spaces; a word that is longer than a line is broken where it must be. Of
 * each paragraph all lines but the first are indented.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, Math.max(2, width), indent));
}

function wrapParagraph(paragraph: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of paragraph.split(' ').filter(Boolean)) {
    for (const piece of pieces(word, Math.max(2, width - columnsOf(indent)))) {
      const columns = columnsOf(piece.text);
      const gap = line === '' || piece.continued ? 0 : 1;
      if (line !== '' && used + gap + columns > width) {
        lines.push(line);
        [line, used] = [indent + piece.text, columnsOf(indent) + columns];
      } else {
        line += ' '.repeat(gap) + piece.text;
        used += gap + columns;
      }
    }
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, width: number): { text: string; continued: boolean }[] {
  if (columnsOf(word) <= width) return [{ text: word, continued: false }];
  const parts: string[] = [''];
  let used = 0;
  for (const { segment } of graphemes.segment(word)) {
    const columns = columnsOf(segment);
    if (used + columns > width) {
      parts.push('');
      used = 0;
    }
    parts[parts.length - 1] += segment;
    used += columns;
  }
  return parts.map((text, index) => ({ text, continued: index > 0 }));
}

/** `1 action`, `3 actions`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
