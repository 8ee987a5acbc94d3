/** What functions print, and the end of it that `LogType: Tail` asks for. */
import { LOG_TAIL_BYTES } from './limits.ts';
import type { OutputStream } from './protocol.ts';

/** A piece of output as it was written: one line, several, or part of one. */
export interface LogEntry {
  functionName: string;
  /** Not set for output outside an invocation, as of timers that a handler left behind. */
  requestId?: string;
  stream: OutputStream;
  text: string;
}

export type OnLog = (entry: LogEntry) => void;

/** Keeps the end of a text. */
export class LogTail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-LOG_TAIL_BYTES);
  }

  /** At most 4 KB of UTF-8; a character that the cut would split is left out. */
  toString(): string {
    const bytes = Buffer.from(this.#text);
    let start = Math.max(0, bytes.length - LOG_TAIL_BYTES);
    // 10xxxxxx: the middle of a character.
    while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return bytes.toString('utf8', start);
  }
}
