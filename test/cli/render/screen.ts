/** A terminal in a few lines of code: takes what a program writes and tells what would be seen. */

const ESC = String.fromCharCode(27);
const COMMAND = new RegExp(`(${ESC}\\[\\??\\d*[A-Za-z])`, 'u');
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Understands what a live display uses (line breaks, cursor up, clearing, the cursor's visibility) and throws at every
 * other escape sequence. A cell holds one grapheme, wide ones too.
 */
export class Screen {
  readonly writes: string[] = [];
  columns: number;
  cursorHidden = false;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    this.writes.push(text);
    for (const part of text.split(COMMAND)) {
      if (COMMAND.test(part)) this.#command(part.slice(2));
      else for (const { segment } of graphemes.segment(part)) this.#put(segment);
    }
  }

  /** What stands on the screen, without the empty lines at its end. */
  get text(): string {
    const lines = this.#lines.map((line) => line.join('').trimEnd());
    return lines.join('\n').trimEnd();
  }

  /** Lines down to the one that the cursor is on. */
  get height(): number {
    return this.#lines.length;
  }

  /** Makes the screen narrower; lines that are too long flow on, as modern terminals let them. */
  resize(columns: number): void {
    this.columns = columns;
    const flowed = this.#lines.map((line) => chunks(line, columns));
    this.#row = flowed.slice(0, this.#row).flat().length;
    this.#lines = flowed.flat();
  }

  #put(grapheme: string): void {
    if (grapheme === '\r') this.#column = 0;
    else if (grapheme === '\n') this.#lineFeed();
    else if (grapheme.startsWith(ESC)) throw new Error('an escape sequence that is not understood');
    else {
      if (this.#column === this.columns) this.#lineFeed();
      this.#lines[this.#row]![this.#column] = grapheme;
      this.#column += 1;
    }
  }

  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push([]);
  }

  #command(command: string): void {
    const line = this.#lines[this.#row]!;
    if (command === '?25l') this.cursorHidden = true;
    else if (command === '?25h') this.cursorHidden = false;
    else if (command === 'K') line.length = Math.min(line.length, this.#column);
    else if (command === 'J') {
      line.length = Math.min(line.length, this.#column);
      this.#lines.length = this.#row + 1;
    } else if (/^\d+A$/.test(command)) this.#row = Math.max(0, this.#row - Number.parseInt(command, 10));
    else throw new Error(`a command that is not understood: ${command}`);
  }
}

function chunks(line: string[], size: number): string[][] {
  const count = Math.max(1, Math.ceil(line.length / size));
  return Array.from({ length: count }, (_, index) => line.slice(index * size, (index + 1) * size));
}
