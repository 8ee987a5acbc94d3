/** Wait: for some seconds or until a time. */
import type { WaitState } from '../../asl/definition.ts';
import { once } from '../once.ts';
import type { StateVisit, Transition } from '../types.ts';

export function runWait(state: WaitState, visit: StateVisit): Promise<Transition> {
  return once(visit, async () => {
    const ms = await visit.language.wait(state, visit);
    if (ms > 0) await visit.run.clock.sleep(ms, visit.scope.signal);
    return { ...(await visit.language.finish(state, visit)), next: state.Next };
  });
}
