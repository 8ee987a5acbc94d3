/**
 * Fake functions. The core knows neither transport nor time, so that a simulator can use it: it tells what an attempt
 * does, and after how long. The service puts the same behind Invoke, with a clock.
 */
import { type Clock, realClock } from '../../core/clock.ts';
import type { Json } from '../../core/json.ts';
import type { Answer, Behaviour, Behaviours } from './behaviours.ts';
import { functionNotFound } from './errors.ts';
import { bounded } from './function-errors.ts';
import type { FunctionRef } from './names.ts';
import type { Invocation, InvocationResult, LambdaService } from './service.ts';

export { type Behaviour, type Behaviours, parseBehaviours } from './behaviours.ts';

export interface FakeFunctions {
  /** Whether the document lists this function. */
  has(functionName: string): boolean;
  /** What the next attempt of this function does: attempts count from here. Nothing for a function that is not listed. */
  next(functionName: string): Behaviour | undefined;
}

/** Functions are asked for by their plain name: see `parseFunctionName` in names.ts. */
export function fakeFunctions(behaviours: Behaviours): FakeFunctions {
  const attempts = new Map<string, number>();
  return {
    has: (functionName) => behaviours.has(functionName),
    next(functionName) {
      const list = behaviours.get(functionName);
      const attempt = attempts.get(functionName) ?? 0;
      attempts.set(functionName, attempt + 1);
      return list?.[Math.min(attempt, list.length - 1)];
    },
  };
}

export type Outcome =
  | { ok: true; value: Json }
  | { ok: false; error: { errorType: string; errorMessage: string } }
  /** There is no such function: a refusal of the service, not an error of a function. */
  | { ok: false; missing: true };

/** Seconds before this attempt answers. */
export function delaySeconds(behaviour: Behaviour): number {
  return behaviour.behavior === 'timeout' ? behaviour.sleepSeconds : 0;
}

/** What this attempt answers, once `delaySeconds` have passed. */
export function respond(behaviour: Behaviour, event: Json): Outcome {
  if (behaviour.behavior === 'missing') return { ok: false, missing: true };
  return behaviour.behavior === 'timeout' ? answer(behaviour.then, event) : answer(behaviour, event);
}

function answer(given: Answer, event: Json): Outcome {
  switch (given.behavior) {
    case 'echo':
      return { ok: true, value: event };
    case 'return':
      return { ok: true, value: given.return };
    case 'returnRepeated':
      return { ok: true, value: given.text.repeat(given.count) };
    case 'raise':
      return { ok: false, error: given.error };
  }
}

/** A failure as its caller sees it, and Step Functions as the cause: in the form of Lambda's Python runtime. */
export function raisedPayload(error: { errorType: string; errorMessage: string }, requestId: string): JsonError {
  return { errorMessage: error.errorMessage, errorType: error.errorType, requestId, stackTrace: [] };
}

export interface JsonError {
  errorMessage: string;
  errorType: string;
  requestId: string;
  stackTrace: string[];
}

/**
 * Fake functions as a Lambda service. A function that is not listed does not exist: ResourceNotFoundException. Waits
 * are on `clock`; nothing limits their time, because that is for the caller's own timeout to do.
 */
export function fakeLambdaService(
  behaviours: Behaviours,
  { clock = realClock }: { clock?: Clock } = {},
): LambdaService {
  const functions = fakeFunctions(behaviours);
  const check = (target: FunctionRef) => {
    if (!functions.has(target.name)) throw functionNotFound(target);
  };
  const nextOf = (target: FunctionRef): Behaviour => {
    const behaviour = functions.next(target.name);
    if (behaviour === undefined || behaviour.behavior === 'missing') throw functionNotFound(target);
    return behaviour;
  };
  return {
    check,
    async invoke({ target, requestId, payload }, signal) {
      signal?.throwIfAborted();
      const behaviour = nextOf(target);
      const seconds = delaySeconds(behaviour);
      if (seconds > 0) await clock.sleep(seconds * 1_000, signal);
      return resultOf(respond(behaviour, JSON.parse(payload)), target, requestId);
    },
    // Nobody sees the result, so there is nothing to wait for; the attempt counts all the same.
    enqueue: ({ target }: Invocation) => void nextOf(target),
  };
}

function resultOf(outcome: Outcome, target: FunctionRef, requestId: string): InvocationResult {
  if (outcome.ok) return bounded({ payload: JSON.stringify(outcome.value) });
  if ('missing' in outcome) throw functionNotFound(target);
  return bounded({ payload: JSON.stringify(raisedPayload(outcome.error, requestId)), functionError: 'Unhandled' });
}
