/** Succeed: ends its machine. */
import type { SucceedState } from '../../asl/definition.ts';
import { once } from '../once.ts';
import type { StateVisit, Transition } from '../types.ts';

export function runSucceed(state: SucceedState, visit: StateVisit): Promise<Transition> {
  return once(visit, async () => ({ ...(await visit.language.finish(state, visit)), next: undefined }));
}
