/** Progress on a terminal: what runs now is drawn in place, what has ended scrolls up. */

import { columnsOf, padEnd, padStart, shorten, wrap } from '../../core/text.ts';
import type { RunEvent } from '../../engine/events.ts';
import type { ActionRecord } from '../../engine/records.ts';
import { formatDuration } from './duration.ts';
import { shortenId } from './ids.ts';
import { LiveArea } from './live-area.ts';
import type { Progress, ProgressOptions, ProgressStream } from './progress-types.ts';
import { type Retry, type RunningAction, RunState } from './run-state.ts';
import { attemptsText, errorText, symbolOf } from './status.ts';
import type { Style } from './style.ts';

/** Time between redraws: at most ten a second. */
const FRAME_MS = 100;
const LEAST_ID_COLUMNS = 8;
const MOST_ID_COLUMNS = 24;
const ID_SHARE = 0.3;
const TIME_COLUMNS = 8;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
/** The header, and the line below the area on which the cursor stands. */
const ROWS_BESIDE_ACTIONS = 2;

/** See {@link Progress}; draws at most ten times a second. */
export class LiveProgress implements Progress {
  readonly #options: Required<ProgressOptions>;
  readonly #style: Style;
  readonly #stream: ProgressStream;
  readonly #area: LiveArea;
  readonly #state = new RunState();
  /** Lines that wait for the next redraw to scroll up. */
  #finished: string[] = [];
  #stopTicker: (() => void) | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #frame = 0;
  /** How far this clock is ahead of the events' one, so that lengths are right when the events come from afar. */
  #skew = 0;
  #idColumns = MOST_ID_COLUMNS;
  #closed = false;

  constructor(stream: ProgressStream, options: Required<ProgressOptions>) {
    this.#options = options;
    this.#style = options.style;
    this.#stream = stream;
    this.#area = new LiveArea(stream);
  }

  onEvent(event: RunEvent): void {
    if (this.#closed) return;
    this.#state.apply(event);
    if (event.type === 'run_started') this.#begin(event);
    if ('record' in event) this.#finished.push(this.#finishedLine(event.record));
    this.#stopTicker ??= this.#options.ticker(() => this.#draw(), FRAME_MS);
    if (this.#options.now() - this.#drawnAt >= FRAME_MS) this.#draw();
  }

  #begin(event: Extract<RunEvent, { type: 'run_started' }>): void {
    this.#skew = this.#options.now() - Date.parse(event.time);
    const widths = event.actions.map(({ id }) => columnsOf(this.#line(id)));
    this.#idColumns = Math.min(
      MOST_ID_COLUMNS,
      widths.reduce((a, b) => Math.max(a, b), LEAST_ID_COLUMNS),
    );
  }

  line(text: string): void {
    const lines = this.#style.text(text).split('\n');
    if (this.#stopTicker === undefined || this.#closed) this.#stream.write(`${lines.join('\n')}\n`);
    // Where the terminal itself breaks a line is not known to the area below it.
    else this.#finished.push(...lines.flatMap((line) => fitting(line, this.#columns() - 1)));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTicker?.();
    this.#area.end(this.#finished, this.#columns());
  }

  #draw(): void {
    this.#drawnAt = this.#options.now();
    this.#area.draw(this.#finished, this.#liveLines(), this.#columns());
    this.#finished = [];
    this.#frame += 1;
  }

  #columns(): number {
    return Math.max(1, this.#options.columns() || DEFAULT_COLUMNS);
  }

  #liveLines(): string[] {
    const room = Math.max(1, (this.#options.rows() || DEFAULT_ROWS) - ROWS_BESIDE_ACTIONS);
    const running = [...this.#state.running.values()];
    const shown = running.length <= room ? running : running.slice(0, room - 1);
    const rest = running.length - shown.length;
    return [
      this.#header(),
      ...shown.map((action) => this.#runningLine(action)),
      ...(rest > 0 && room > 1 ? [this.#compose('', `  ${this.#style.glyphs.ellipsis} ${rest} more running`)] : []),
    ];
  }

  #header(): string {
    const { name, done, total, running, failed, startedAt } = this.#state;
    const counts = [`${done} of ${total} done`, `${running.size} running`];
    if (failed > 0) counts.push(`${failed} failed`);
    counts.push(this.#since(startedAt));
    return this.#compose(counts.join(this.#style.glyphs.separator), this.#line(name), 'strong');
  }

  #runningLine(action: RunningAction): string {
    const { spinner } = this.#style.glyphs;
    const waits = action.retry?.item === undefined && this.#waits(action.retry);
    const sign = waits
      ? this.#style.paint('warn', this.#style.glyphs.status.timeout)
      : spinner[this.#frame % spinner.length]!;
    const start = `${sign} ${this.#idCell(action.id)}  ${padStart(this.#since(action.startedAt), TIME_COLUMNS)}`;
    return this.#compose(start, this.#note(action));
  }

  /** A call that is repeated says so until it ends; a list has other items to tell of once the pause is over. */
  #note({ message, toolName, retry }: RunningAction): string {
    const said = this.#line(message);
    const waits = this.#waits(retry);
    if (retry === undefined || (retry.item !== undefined && !waits)) return said || this.#line(toolName);
    const why = this.#line(retry.why);
    const attempt = waits
      ? `attempt ${retry.attempt} in ${formatDuration(retry.at - this.#now())}: ${why}`
      : `attempt ${retry.attempt} after ${why}`;
    if (retry.item === undefined) return attempt;
    return [said, `item ${retry.item}: ${attempt}`].filter(Boolean).join(this.#style.glyphs.separator);
  }

  #waits(retry: Retry | undefined): boolean {
    return retry !== undefined && retry.at > this.#now();
  }

  #finishedLine(record: ActionRecord): string {
    const { status, started_at, finished_at, execution_time_ms, attempts, error, error_type, reason } = record;
    const length =
      started_at === null || finished_at === null ? this.#style.glyphs.none : formatDuration(execution_time_ms);
    const start = `${symbolOf(status, this.#style)} ${this.#idCell(record.id)}  ${padStart(length, TIME_COLUMNS)}`;
    const failed = error !== null || error_type !== null ? errorText(error, error_type) : reason;
    const why = status === 'succeeded' || failed === null ? '' : `${status}: ${failed}`;
    return this.#compose(start, [attemptsText(attempts, this.#style), this.#line(why)].filter(Boolean).join('  '));
  }

  /** The start of a line and, quiet, as much of a note as there is room for; the last column stays free. */
  #compose(start: string, note: string, tone: 'strong' | undefined = undefined): string {
    const { ellipsis } = this.#style.glyphs;
    const width = this.#columns() - 1;
    if (columnsOf(start) > width) return shorten(this.#style.line(start), width, ellipsis);
    const lead = tone === undefined ? start : this.#style.paint(tone, start);
    const gap = start === '' ? '' : '  ';
    const rest = shorten(note, width - columnsOf(start) - gap.length, ellipsis);
    return rest === '' ? lead : lead + gap + this.#style.paint('quiet', rest);
  }

  #idCell(id: string): string {
    const width = Math.min(this.#idColumns, Math.max(LEAST_ID_COLUMNS, Math.floor(this.#columns() * ID_SHARE)));
    return padEnd(shortenId(this.#line(id) || '?', width, this.#style.glyphs.ellipsis), width);
  }

  #line(foreign: string): string {
    return this.#style.line(foreign);
  }

  #now(): number {
    return this.#options.now() - this.#skew;
  }

  #since(moment: number): string {
    return formatDuration(Math.round((this.#now() - moment) / FRAME_MS) * FRAME_MS);
  }
}

/** The line, in pieces only if it is too long: they lose the spaces that are more than one. */
function fitting(line: string, width: number): string[] {
  return columnsOf(line) <= width ? [line] : wrap(line, width);
}
