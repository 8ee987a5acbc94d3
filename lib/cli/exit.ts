/** Exit statuses, and how failures of the command itself are told. */
import { messageOf, StepweaveError } from '../core/errors.ts';
import { safeText } from '../core/text.ts';
import type { RunStatus } from '../engine/records.ts';
import type { CliIo } from './io.ts';

/** What a command ends with. */
export const EXIT = {
  succeeded: 0,
  /** Any other end of the run. */
  notSucceeded: 1,
  /** The call or the plan is wrong. */
  wrong: 2,
} as const;

/** The exit status for the end of a run. */
export function exitStatusOf(status: RunStatus): number {
  return status === 'succeeded' ? EXIT.succeeded : EXIT.notSucceeded;
}

/** Tells on stderr what went wrong, without a stack unless STEPWEAVE_DEBUG asks for it. */
export function reportFailure(thrown: unknown, { stderr, env }: CliIo): number {
  const known = thrown instanceof StepweaveError;
  const prefix = known ? '' : 'internal error: ';
  stderr.write(`stepweave: ${prefix}${printable(messageOf(thrown))}\n`);
  if (env['STEPWEAVE_DEBUG'] && thrown instanceof Error) stderr.write(`${thrown.stack}\n`);
  else if (!known) stderr.write('This is a fault of Stepweave; STEPWEAVE_DEBUG=1 shows where it happened.\n');
  return known && thrown.fault === 'user' ? EXIT.wrong : EXIT.notSucceeded;
}

/** Messages quote what a plan says: no control sequence of it reaches the terminal. */
function printable(message: string): string {
  return message.split('\n').map(safeText).join('\n');
}
