/** What functions print, line by line: it arrives in pieces, of several invocations at once. */
import type { LogEntry } from '../../local/lambda/host.ts';

/** A line that is longer is shown in parts. */
const LONGEST_LINE = 65_536;

/** Joins the pieces to lines, per function, invocation and stream. */
export class FunctionOutput {
  readonly #show: (line: string) => void;
  /** Begun lines, by who prints them. */
  readonly #begun = new Map<string, { functionName: string; text: string }>();

  /** `show` is given `[function] line`, foreign text that is not made safe yet. */
  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  add({ functionName, requestId = '', stream, text }: LogEntry): void {
    const key = JSON.stringify([functionName, requestId, stream]);
    const lines = ((this.#begun.get(key)?.text ?? '') + text).split(/\r?\n/);
    const last = lines.pop()!;
    for (const line of lines) this.#line(functionName, line);
    if (last.length > LONGEST_LINE) this.#line(functionName, last);
    if (last === '' || last.length > LONGEST_LINE) this.#begun.delete(key);
    else this.#begun.set(key, { functionName, text: last });
  }

  /** Shows the lines that nobody ended. */
  end(): void {
    for (const { functionName, text } of this.#begun.values()) this.#line(functionName, text);
    this.#begun.clear();
  }

  #line(functionName: string, text: string): void {
    this.#show(`[${functionName}] ${text}`);
  }
}
