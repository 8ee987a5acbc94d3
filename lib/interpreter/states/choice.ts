/** Choice: goes where the first rule that holds leads. */
import type { ChoiceState } from '../../asl/definition.ts';
import { once } from '../once.ts';
import type { StateVisit, Transition } from '../types.ts';

export function runChoice(state: ChoiceState, visit: StateVisit): Promise<Transition> {
  return once(visit, () => visit.language.choose(state, visit));
}
