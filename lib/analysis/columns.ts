/** Lines of a width in terminal columns, of which a character may take none, one or two. */
import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function columnsOf(text: string): number {
  return stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columnsOf(text))) + text;
}

/** The text, cut with `...` where it is wider. */
export function cut(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  return `${piecesOf(text, width - 3)[0]}...`;
}

/** Lines that fit `width`, broken at spaces where possible; all but the first are indented. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((word) => piecesOf(word, width - indent.length))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || columnsOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

function piecesOf(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word];
  const pieces = [''];
  for (const { segment } of graphemes.segment(word)) {
    if (columnsOf(pieces.at(-1)! + segment) > width) pieces.push(segment);
    else pieces[pieces.length - 1] += segment;
  }
  return pieces;
}
