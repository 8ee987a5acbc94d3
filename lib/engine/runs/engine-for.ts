/** Which engine a request gets. */
import { analysePlan } from '../../analysis/analyse.ts';
import { chooseEngine, type Engine } from '../../analysis/engine-choice.ts';
import type { PreparedPlan } from '../../compiler/prepare.ts';
import { StepweaveError } from '../../core/errors.ts';
import type { RunRequest } from './run-request.ts';

/** Estimates are coarse: where nothing goes on after the answer, so many times the estimate must fit into the time to wait. */
const MARGIN = 2;

/**
 * `background`: whether the process goes on when a request is answered. Where it does not, what is not waited for, or may take longer
 * than that, needs an engine that goes on by itself. Throws a {@link StepweaveError} `needs_wait` when another one is insisted on.
 */
export function engineFor(plan: PreparedPlan, request: RunRequest, background: boolean): Engine {
  const { engine: asked, waitMs = 0 } = request;
  const { engine } = chooseEngine(plan, asked);
  if (background || engine === 'standard') return engine;
  if ((asked ?? plan.settings.engine) === 'auto') {
    const { compiled_seconds: seconds } = analysePlan(plan, { engine });
    return waitMs > seconds * 1000 * MARGIN ? engine : 'standard';
  }
  if (waitMs > 0) return engine;
  const message = `nothing goes on here when a request is answered but Standard executions: wait for a run on ${engine}, or give it the engine auto or standard`;
  throw new StepweaveError('needs_wait', 'user', message);
}
