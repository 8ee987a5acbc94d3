/** Issues of a plan that stands in a request, with their places in the request. */
import { type Issue, IssuesError } from '../core/issues.ts';
import { isJsonObject, type JsonObject, MAX_NESTING, nestedDeeperThan } from '../core/json.ts';
import { HttpError } from './http/problem.ts';

/** Does something with the plan of a request; its issues are told from the request's point of view. */
export async function withPlan<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof IssuesError) || thrown.code !== 'invalid_plan') throw thrown;
    throw new IssuesError('invalid_plan', 'The plan', thrown.issues.map(inRequest));
  }
}

/** Throws `too_many_actions`: what is very large is not even looked at. */
export function checkActionCount(plan: unknown, maxActions: number): void {
  const actions = isJsonObject(plan) ? plan['actions'] : undefined;
  if (!Array.isArray(actions) || actions.length <= maxActions) return;
  const message = `the plan has ${actions.length} actions, and at most ${maxActions} are taken: make one for_each of those that call the same tool, or split the plan`;
  throw new HttpError('too_many_actions', message);
}

export function checkInputs(inputs: JsonObject): void {
  if (!nestedDeeperThan(inputs, MAX_NESTING)) return;
  const issue = { code: 'too_deep', path: 'inputs', message: 'nested too deeply', allowed: `${MAX_NESTING} levels` };
  throw new IssuesError('invalid_request', 'The body', [issue]);
}

/** Input that is too large for Step Functions is told without a path: it is of plan and inputs together. */
function inRequest(issue: Issue): Issue {
  if (issue.code === 'input_too_large') return issue;
  return { ...issue, path: issue.path === '' ? 'plan' : `plan.${issue.path}` };
}
