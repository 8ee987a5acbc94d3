/** Lines at the bottom of a terminal that are drawn over in place, while finished lines scroll up above them. */

import { columnsOf } from '../../core/text.ts';
import type { ProgressStream } from './progress-types.ts';

const HIDE_CURSOR = '\u001b[?25l';
export const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Keeps a few lines at the bottom of what a stream shows, and draws over them. */
export class LiveArea {
  readonly #stream: ProgressStream;
  /** Widths of the lines that stand there now. The cursor is on the line below them. */
  #drawn: number[] = [];
  #hidden = false;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** Replaces the area. `columns` is the terminal's width now: if it shrank, what was drawn takes more lines than before. */
  draw(permanent: readonly string[], live: readonly string[], columns: number): void {
    const lines = [...permanent, ...live].map((line) => `${line}${CLEAR_LINE_END}\n`);
    const hide = this.#hidden ? '' : HIDE_CURSOR;
    this.#hidden = true;
    this.#stream.write(`${hide}${this.#backToTop(columns)}${lines.join('')}${CLEAR_BELOW}`);
    this.#drawn = live.map(columnsOf);
  }

  /** Removes the area, leaves permanent lines, and gives the cursor back. */
  end(permanent: readonly string[], columns: number): void {
    if (!this.#hidden && permanent.length === 0) return;
    const lines = permanent.map((line) => `${line}${CLEAR_LINE_END}\n`);
    this.#stream.write(`${this.#backToTop(columns)}${lines.join('')}${CLEAR_BELOW}${this.#hidden ? SHOW_CURSOR : ''}`);
    this.#drawn = [];
    this.#hidden = false;
  }

  #backToTop(columns: number): string {
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? '\r' : `\r\u001b[${rows}A`;
  }
}
