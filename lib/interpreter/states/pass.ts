/** Pass: output and variables from its input. */
import type { PassState } from '../../asl/definition.ts';
import { once } from '../once.ts';
import type { StateVisit, Transition } from '../types.ts';

export function runPass(state: PassState, visit: StateVisit): Promise<Transition> {
  return once(visit, async () => ({ ...(await visit.language.finish(state, visit)), next: state.Next }));
}
