/** What must hold for the calls of every engine: their order, what may overlap, and what they say to the tool. */
import { awaited, inConflict, type RandomPlan } from '../support/random-plan.ts';
import type { TracedCall } from '../support/virtual-run.ts';

/** Sentences that say what is wrong with the calls of a run; none if nothing is. */
export function callProblems(plan: RandomPlan, calls: readonly TracedCall[]): string[] {
  return [...laneProblems(plan, calls), ...conflictProblems(plan, calls), ...orderProblems(plan, calls)];
}

/** Calls that one run made and the other did not, of these actions. */
export function differentCalls(ids: readonly string[], one: readonly TracedCall[], other: readonly TracedCall[]) {
  const told = (calls: readonly TracedCall[], id: string) =>
    calls
      .filter((call) => call.id === id)
      .map(({ identity }) => identity)
      .sort()
      .join(', ');
  return ids
    .filter((id) => told(one, id) !== told(other, id))
    .map((id) => `the calls of ${id}: ${told(one, id)} and ${told(other, id)}`);
}

function laneProblems({ maxParallel, cap, isSerial }: RandomPlan, calls: readonly TracedCall[]): string[] {
  const limit = isSerial ? 1 : maxParallel;
  const readers = calls.filter(({ tool }) => tool === 'reader');
  const problems: string[] = [];
  if (limit !== undefined && mostAtOnce(calls) > limit) problems.push(`${mostAtOnce(calls)} calls at once of ${limit}`);
  if (cap !== undefined && mostAtOnce(readers) > cap) problems.push(`${mostAtOnce(readers)} readers at once of ${cap}`);
  return problems;
}

function mostAtOnce(calls: readonly TracedCall[]): number {
  const running = (at: number) => calls.filter(({ start, end }) => start <= at && at < end).length;
  return Math.max(0, ...calls.map(({ start }) => running(start)));
}

function conflictProblems({ actions }: RandomPlan, calls: readonly TracedCall[]): string[] {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const problems: string[] = [];
  for (const [index, one] of calls.entries()) {
    for (const other of calls.slice(index + 1)) {
      const overlap = one.start < other.end && other.start < one.end;
      if (!overlap || !inConflict(byId.get(one.id)!, byId.get(other.id)!)) continue;
      problems.push(`${one.identity} and ${other.identity} overlap`);
    }
  }
  return problems;
}

function orderProblems(plan: RandomPlan, calls: readonly TracedCall[]): string[] {
  const problems: string[] = [];
  for (const action of plan.actions) {
    const before = new Set(awaited(plan, action));
    const first = Math.min(...calls.filter(({ id }) => id === action.id).map(({ start }) => start));
    for (const { id, end } of calls) {
      if (before.has(id) && end > first) problems.push(`${action.id} began before ${id} had ended`);
    }
  }
  return problems;
}
