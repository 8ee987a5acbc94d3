/** Fail: ends its machine with an error. */
import type { FailState } from '../../asl/definition.ts';
import { MAX_CAUSE_LENGTH, MAX_ERROR_LENGTH } from '../../asl/limits.ts';
import { StatesError } from '../errors.ts';
import { once } from '../once.ts';
import type { StateVisit, Transition } from '../types.ts';

export function runFail(state: FailState, visit: StateVisit): Promise<Transition> {
  return once(visit, async () => {
    const { error, cause } = await visit.language.failure(state, visit);
    throw new StatesError(error?.slice(0, MAX_ERROR_LENGTH) ?? '', cause?.slice(0, MAX_CAUSE_LENGTH));
  });
}
