/**
 * Whether two runs of one plan agree: in everything where timing decides nothing, and else in all that timing cannot
 * change. What that is stands in docs/agreement.md; the two must say the same.
 */
import type { ActionRecord, RunRecord } from '../../lib/engine/records.ts';
import type { RandomAction, RandomPlan } from '../support/random-plan.ts';
import { Races } from './races.ts';

/** What is compared of an action. When it ran is the engine's own; how long its calls took is not. */
type Account = Omit<ActionRecord, 'started_at' | 'finished_at' | 'tool_name'>;

export interface Comparison {
  /** Sentences that say where the runs differ; none if they agree. */
  differences: string[];
  /** The actions of which everything had to be the same. */
  comparable: string[];
}

export function compare(plan: RandomPlan, one: RunRecord, other: RunRecord): Comparison {
  const races = new Races(plan);
  const runs = [one, other];
  const isMistake = plan.onFailure === 'stop' && runs.some((run) => hasMistakeInRace(plan, races, run));
  const diverged = races.divergedIn(one, other);
  // How far a run comes until it is ended is a matter of time.
  const stopped = plan.onFailure === 'stop' && runs.every(({ status }) => status === 'failed');
  const mayStop = plan.onFailure === 'stop' && (diverged.size > 0 || isMistake);
  const isEnded = stopped || runs.some(({ status }) => status === 'timed_out' || (mayStop && status === 'failed'));

  const found = runs.flatMap((run) => timeProblems(plan, run));
  const comparable: string[] = [];
  const mayDiffer = isMistake || (isEnded && !stopped) || diverged.size > 0;
  if (one.status !== other.status && !mayDiffer) found.push(`the run: ${one.status} and ${other.status}`);
  for (const action of plan.actions) {
    const [a, b] = runs.map((run) => accountOf(run, action.id)) as [Account, Account];
    // A race has cut it off, or the end of the run, in one of the runs earlier than in the other.
    const mayBeCutOff = isEnded || races.has(action.id) || diverged.has(action.id);
    if (mayBeCutOff && (a.status === 'cancelled' || b.status === 'cancelled')) {
      found.push(...cutOffProblems(action, a), ...cutOffProblems(action, b));
    } else if (!diverged.has(action.id) && !(isMistake && races.dependOnRace(action.id))) {
      const isCut = plan.onFailure === 'stop' && isCutList(action, a, b, isEnded);
      found.push(...accountProblems(action, a, b, isCut));
      if (!isCut) comparable.push(action.id);
    }
  }
  // Of a run in which nobody raced and nothing ended it every word is the same.
  if (!isEnded && races.isEmpty && canonical(one.error) !== canonical(other.error)) {
    found.push(`the error of the run: ${one.error} and ${other.error}`);
  }
  return { differences: found, comparable };
}

function timeProblems({ timeoutSeconds }: RandomPlan, { makespan_ms, status }: RunRecord): string[] {
  if (timeoutSeconds === undefined || makespan_ms < timeoutSeconds * 1000) return [];
  const isAtLimit = makespan_ms === timeoutSeconds * 1000;
  return isAtLimit ? [] : [`a run of at most ${timeoutSeconds} s took ${makespan_ms} ms and is ${status}`];
}

function accountOf({ records }: RunRecord, id: string): Account {
  const { started_at, finished_at, tool_name, ...rest } = records.find((it) => it.id === id)!;
  return rest;
}

/**
 * A race without a winner in which a condition stands before an action that fails for a mistake of the plan: a machine
 * cannot tell it from an action that is skipped, and does not stop.
 */
function hasMistakeInRace({ actions }: RandomPlan, races: Races, { records }: RunRecord): boolean {
  return actions.some(({ id, when, rich }) => {
    const record = records.find((it) => it.id === id)!;
    const isConditional = when !== 'none' || rich?.condition !== undefined;
    return races.has(id) && isConditional && record.status === 'failed' && record.attempts === 0;
  });
}

/** Under `stop` the first item to fail ends its list: which one that is, and how far the others were, is a matter of time. */
function isCutList({ items }: RandomAction, a: Account, b: Account, isEnded: boolean): boolean {
  return items !== undefined && (isEnded || b.status === 'fallback' || a.status === 'failed');
}

function accountProblems({ id, items }: RandomAction, a: Account, b: Account, isCut: boolean): string[] {
  const fields: (keyof Account)[] = ['status', 'success', 'reason', 'error_type', 'result'];
  if (!isCut) fields.push('attempts', 'error', 'items');
  // How long a list takes depends on how many of its items run at once.
  if (items === undefined) fields.push('execution_time_ms');
  return fields
    .filter((field) => canonical(a[field]) !== canonical(b[field]))
    .map((field) => `${id}.${field}: ${canonical(a[field])} and ${canonical(b[field])}`);
}

const CUT_OFF =
  /^(\w+ won the race for \w+|the run stopped because \w+ (failed|timed out|fell back)|the run took longer than its \d+ s); (its outcome is unknown|it had not started)$/;

function cutOffProblems({ id }: RandomAction, { status, reason, result }: Account): string[] {
  if (status !== 'cancelled') return [];
  const problems: string[] = [];
  if (!CUT_OFF.test(reason ?? '')) problems.push(`${id} was cancelled, and says of it: ${reason}`);
  if (result !== null) problems.push(`${id} was cancelled and has a result`);
  return problems;
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
