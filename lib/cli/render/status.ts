/** Words, order and colours of what becomes of actions and runs. */

import { plural } from '../../core/text.ts';
import type { RunEvent } from '../../engine/events.ts';
import type { ActionStatus, RunStatus } from '../../engine/records.ts';
import { formatDuration } from './duration.ts';
import type { Style, Tone } from './style.ts';

export type ProgressEvent = Extract<RunEvent, { type: 'progress' }>;

/** Statuses that are counted beside success, in this order. */
const COUNTED: readonly ActionStatus[] = ['fallback', 'failed', 'timeout', 'skipped', 'cancelled'];
const COUNT_WORDS: Partial<Record<ActionStatus, string>> = { fallback: 'fell back', timeout: 'timed out' };

const TONES: Readonly<Record<ActionStatus | RunStatus, Tone>> = {
  succeeded: 'good',
  fallback: 'warn',
  failed: 'bad',
  timeout: 'bad',
  timed_out: 'bad',
  skipped: 'quiet',
  cancelled: 'quiet',
  partial: 'warn',
  running: 'bar',
};

/** The colour of a status. */
export function toneOf(status: ActionStatus | RunStatus): Tone {
  return TONES[status];
}

/** The coloured sign of a status, one column wide. */
export function symbolOf(status: ActionStatus | RunStatus, style: Style): string {
  return style.paint(toneOf(status), style.glyphs.status[status]);
}

/** A status as a word: `timed out`. */
export function wordOf(status: ActionStatus | RunStatus): string {
  return status.replace('_', ' ');
}

/** Whether the action itself failed; one that was skipped or cancelled did not. */
export function isFailedStatus(status: ActionStatus): boolean {
  return status === 'failed' || status === 'timeout';
}

/** `6 of 9 succeeded`, `1 failed`, `2 skipped`; or with a noun `6 of 9 actions succeeded`, …. */
export function statusCounts(statuses: readonly ActionStatus[], noun?: string): string[] {
  const count = (status: ActionStatus) => statuses.filter((other) => other === status).length;
  const total = noun === undefined ? statuses.length : plural(statuses.length, noun);
  const others = COUNTED.map((status) => ({ status, count: count(status) })).filter((entry) => entry.count > 0);
  return [
    `${count('succeeded')} of ${total} succeeded`,
    ...others.map((entry) => `${entry.count} ${COUNT_WORDS[entry.status] ?? entry.status}`),
  ];
}

/** `capacity_exceeded: No supplier …`, with what there is of the two. */
export function errorText(error: string | null | undefined, type: string | null | undefined): string {
  return [type, error].filter(Boolean).join(': ') || 'no message';
}

/** Why an attempt is repeated; the whole message where an event does not say it field by field. */
export function retryReason({ error, error_type, message }: ProgressEvent): string {
  return error === undefined && error_type === undefined ? message || 'no message' : errorText(error, error_type);
}

/** `×3` when it took more than one attempt. */
export function attemptsText(attempts: number, style: Style): string {
  return attempts > 1 ? `${style.glyphs.times}${attempts}` : '';
}

/** `180 ms to 920 ms`; one length when they read the same. */
export function spreadText(durations: readonly number[]): string {
  const least = formatDuration(durations.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY));
  const most = formatDuration(durations.reduce((a, b) => Math.max(a, b), 0));
  return least === most ? least : `${least} to ${most}`;
}
