/**
 * Whether two runs of one plan agree: in everything where timing decides nothing, and else in all that timing cannot
 * change. What that is stands in docs/agreement.md; the two must say the same.
 */
import type { ActionRecord, RunRecord } from '../../lib/engine/records.ts';
import { type RandomAction, type RandomPlan, required } from '../support/random-plan.ts';

/** What is compared of an action. Times are the engine's own. */
type Account = Omit<ActionRecord, 'execution_time_ms' | 'started_at' | 'finished_at' | 'tool_name' | 'items'> & {
  items: unknown;
};

/** Sentences that say where the runs differ; none if they agree. */
export function differences(plan: RandomPlan, one: RunRecord, other: RunRecord): string[] {
  const races = new RaceMembers(plan);
  const stopped = one.status === 'failed' && other.status === 'failed' && plan.onFailure === 'stop';
  const found: string[] = [];
  if (one.status !== other.status) found.push(`the run: ${one.status} and ${other.status}`);
  for (const action of plan.actions) {
    const [a, b] = [one, other].map((run) => accountOf(run, action.id)) as [Account, Account];
    // A race has cut it off, or the end of the run, in one of the runs earlier than in the other.
    const mayBeCutOff = stopped || races.has(action.id);
    if (mayBeCutOff && (a.status === 'cancelled' || b.status === 'cancelled')) {
      found.push(...cutOffProblems(action, a), ...cutOffProblems(action, b));
    } else {
      found.push(...accountProblems(action, a, b, { stopped, depends: races.decide(action) }));
    }
  }
  // Of a run in which nobody raced and nothing stopped every word is the same.
  if (!stopped && races.isEmpty && canonical(one.error) !== canonical(other.error)) {
    found.push(`the error of the run: ${one.error} and ${other.error}`);
  }
  return found;
}

function accountOf({ records }: RunRecord, id: string): Account {
  const { execution_time_ms, started_at, finished_at, tool_name, items, ...rest } = records.find((it) => it.id === id)!;
  return { ...rest, items: items?.map(({ execution_time_ms: _, ...item }) => item) };
}

interface Freedom {
  /** The run was stopped by a failure. */
  stopped: boolean;
  /** Its result hangs on who won a race. */
  depends: boolean;
}

function accountProblems({ id, items }: RandomAction, a: Account, b: Account, { stopped, depends }: Freedom): string[] {
  // The first item to fail ends its list: which one that is, and how far the others were, is a matter of time.
  const isCutList = items !== undefined && (stopped || b.status === 'fallback' || a.status === 'failed');
  const fields: (keyof Account)[] = ['status', 'success', 'reason', 'error_type'];
  if (!isCutList) fields.push('attempts', 'error');
  if (!depends) fields.push('result');
  if (!depends && !isCutList) fields.push('items');
  return fields
    .filter((field) => canonical(a[field]) !== canonical(b[field]))
    .map((field) => `${id}.${field}: ${canonical(a[field])} and ${canonical(b[field])}`);
}

function cutOffProblems({ id }: RandomAction, { status, reason, result }: Account): string[] {
  if (status !== 'cancelled') return [];
  const told =
    /^(\w+ won the race for \w+|the run stopped because \w+ (failed|timed out)); (its outcome is unknown|it had not started)$/;
  const problems: string[] = [];
  if (!told.test(reason ?? '')) problems.push(`${id} was cancelled, and says of it: ${reason}`);
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

/** Whom races may cut off, and whose result hangs on them; by the generator's own account. */
class RaceMembers {
  readonly #members = new Set<string>();
  readonly #decided = new Set<string>();

  constructor(plan: RandomPlan) {
    const requiredBy = new Map(plan.actions.map(({ id }) => [id, [] as string[]]));
    for (const action of plan.actions) for (const id of required(action)) requiredBy.get(id)!.push(action.id);
    for (const { id } of plan.actions.toReversed()) {
      const by = requiredBy.get(id)!;
      const joins = by.filter((other) => plan.actions.some((it) => it.id === other && it.join === 'any'));
      if (by.length > 0 && by.every((other) => joins.includes(other) || this.#members.has(other)))
        this.#members.add(id);
    }
    for (const action of plan.actions) {
      const races = action.join === 'any' && required(action).length > 1;
      if (races || required(action).some((id) => this.#decided.has(id))) this.#decided.add(action.id);
    }
  }

  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#decided.size === 0;
  }

  has(id: string): boolean {
    return this.#members.has(id);
  }

  decide({ id }: RandomAction): boolean {
    return this.#decided.has(id);
  }
}
