/** Progress for logs and pipes: one line per event that matters, with the time since the run began. */

import { padEnd, plural, shorten } from '../../core/text.ts';
import type { RunEvent } from '../../engine/events.ts';
import type { ActionRecord } from '../../engine/records.ts';
import { formatDuration, formatElapsed } from './duration.ts';
import type { Progress, ProgressStream } from './progress-types.ts';
import { errorText, type ProgressEvent, retryReason, toneOf, wordOf } from './status.ts';
import type { Style, Tone } from './style.ts';

const TIME_COLUMNS = 8;
const VERB_COLUMNS = 9;
/** A log has no width; one foreign text is cut to this. */
const MOST_COLUMNS_OF_TEXT = 300;

/** See {@link Progress}; writes each line once and never touches it again. */
export class PlainProgress implements Progress {
  readonly #stream: ProgressStream;
  readonly #style: Style;
  #began: number | undefined;
  #closed = false;

  constructor(stream: ProgressStream, style: Style) {
    this.#stream = stream;
    this.#style = style;
  }

  onEvent(event: RunEvent): void {
    if (this.#closed) return;
    const moment = Date.parse(event.time);
    if (event.type === 'run_started' || this.#began === undefined) this.#began = moment;
    const entry = this.#entry(event);
    if (entry === undefined) return;
    const elapsed = padEnd(formatElapsed(moment - this.#began), TIME_COLUMNS);
    const verb = this.#style.paint(entry.tone, padEnd(entry.verb, VERB_COLUMNS));
    this.#stream.write(`${this.#style.paint('quiet', elapsed)}  ${verb} ${entry.text}\n`);
  }

  line(text: string): void {
    this.#stream.write(`${this.#style.text(text)}\n`);
  }

  close(): void {
    this.#closed = true;
  }

  #entry(event: RunEvent): { verb: string; tone: Tone; text: string } | undefined {
    switch (event.type) {
      case 'run_started':
        return {
          verb: 'run',
          tone: 'strong',
          text: `${this.#text(event.name)} (${plural(event.actions.length, 'action')})`,
        };
      case 'action_started':
        return {
          verb: 'started',
          tone: 'quiet',
          text: `${this.#text(event.action_id)} (${this.#text(event.tool_name)})`,
        };
      case 'progress':
        return this.#progress(event);
      case 'action_completed':
      case 'action_failed':
      case 'action_skipped': {
        const { status } = event.record;
        return { verb: wordOf(status), tone: toneOf(status), text: this.#outcome(event.record) };
      }
      case 'run_completed': {
        const { status, name, makespan_ms } = event.run;
        return {
          verb: wordOf(status),
          tone: toneOf(status),
          text: `run ${this.#text(name)} in ${formatDuration(makespan_ms)}`,
        };
      }
    }
  }

  /** Repeated attempts and messages; a line for every item of a list would be too many. */
  #progress(event: ProgressEvent): { verb: string; tone: Tone; text: string } | undefined {
    const id = this.#text(event.action_id);
    if (event.delay_ms === undefined) {
      return event.items_done === undefined
        ? { verb: 'progress', tone: 'quiet', text: `${id}: ${this.#text(event.message)}` }
        : undefined;
    }
    const item = event.item === undefined ? '' : ` item ${event.item}:`;
    const attempt = event.attempt === undefined ? '' : ` attempt ${event.attempt} failed,`;
    const again = `again in ${formatDuration(event.delay_ms)}`;
    return { verb: 'retry', tone: 'warn', text: `${id}${item}${attempt} ${again}: ${this.#text(retryReason(event))}` };
  }

  #outcome({
    id,
    status,
    attempts,
    started_at,
    finished_at,
    execution_time_ms,
    reason,
    error,
    error_type,
  }: ActionRecord): string {
    const tries = attempts > 1 ? `, ${attempts} attempts` : '';
    const name = this.#text(id);
    if (status === 'succeeded') return `${name} in ${formatDuration(execution_time_ms)}${tries}`;
    const spent =
      started_at === null || finished_at === null ? '' : ` after ${formatDuration(execution_time_ms)}${tries}`;
    const why = error === null && error_type === null ? (reason ?? '') : errorText(error, error_type);
    return `${name}${spent}${why && `: ${this.#text(why)}`}`;
  }

  #text(foreign: string): string {
    return shorten(this.#style.line(foreign), MOST_COLUMNS_OF_TEXT, this.#style.glyphs.ellipsis);
  }
}
