/** The events of one attempt of a Task: a function by its ARN has types of its own. */
import type { StatesError } from './errors.ts';
import { NOT_TRUNCATED } from './payload.ts';
import type { StateVisit } from './types.ts';

export interface TaskEvents {
  /** What errors call the thing that is called. */
  what: string;
  scheduled(text: string, timeout: number | undefined, heartbeat: number | undefined): void;
  started(): void;
  succeeded(text: string): void;
  failed(error: StatesError): void;
  timedOut(error: StatesError): void;
}

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:/;

/** `arn:aws:states:::service:action`, and `aws-sdk:service:action`, with what may follow as `.sync:2`. */
const SERVICE_ARN = /^arn:aws[a-z-]*:states:[^:]*:[^:]*:((?:aws-sdk:)?[^:]+):(.+)$/;

export function taskEvents(resource: string, visit: StateVisit): TaskEvents {
  return FUNCTION_ARN.test(resource) ? functionEvents(resource, visit) : serviceEvents(resource, visit);
}

function functionEvents(resource: string, visit: StateVisit): TaskEvents {
  return {
    what: resource,
    scheduled(text, timeout) {
      const details = { resource, input: text, inputDetails: NOT_TRUNCATED };
      const limits = { ...(timeout !== undefined && { timeoutInSeconds: timeout }) };
      visit.tell('LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: { ...details, ...limits } });
    },
    started: () => void visit.tell('LambdaFunctionStarted'),
    succeeded(text) {
      const lambdaFunctionSucceededEventDetails = { output: text, outputDetails: NOT_TRUNCATED };
      visit.tell('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails });
    },
    failed: ({ details }) => void visit.tell('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details }),
    timedOut: ({ details }) =>
      void visit.tell('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details }),
  };
}

function serviceEvents(arn: string, visit: StateVisit): TaskEvents {
  const [, resourceType = arn, resource = arn] = SERVICE_ARN.exec(arn) ?? [];
  const what = { resource, resourceType };
  return {
    what: resourceType,
    scheduled(text, timeout, heartbeat) {
      const limits = {
        ...(timeout !== undefined && { timeoutInSeconds: timeout }),
        ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
      };
      const { region } = visit.run;
      visit.tell('TaskScheduled', { taskScheduledEventDetails: { ...what, region, parameters: text, ...limits } });
    },
    started: () => void visit.tell('TaskStarted', { taskStartedEventDetails: what }),
    succeeded(text) {
      const taskSucceededEventDetails = { ...what, output: text, outputDetails: NOT_TRUNCATED };
      visit.tell('TaskSucceeded', { taskSucceededEventDetails });
    },
    failed: ({ details }) => void visit.tell('TaskFailed', { taskFailedEventDetails: { ...what, ...details } }),
    timedOut: ({ details }) => void visit.tell('TaskTimedOut', { taskTimedOutEventDetails: { ...what, ...details } }),
  };
}
