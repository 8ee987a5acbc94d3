/** Retry and Catch: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
import { isJsonObject } from '../core/json.ts';
import type { Check, StateScope } from './validate-scope.ts';
import { anything, checkFields, type Fields, integer, list, number, oneOf, template, text } from './validate-values.ts';
import { assign } from './validate-variables.ts';

/** The names that Step Functions itself gives; own ones must not start like them. */
const BUILT_IN_ERRORS = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

const MAX_RETRY_NUMBER = 99_999_999;
const MAX_DELAY_SECONDS = 31_622_400;

const errorName: Check = (value, location, scope) => {
  text(value, location, scope);
  if (typeof value !== 'string' || !value.startsWith('States.') || BUILT_IN_ERRORS.has(value)) return;
  scope.diagnostics.schema(`Custom error names must not begin with 'States.', got '${value}'`, location);
};

const ERROR_EQUALS = list(errorName, { least: 1 });

const RETRIER: Fields = {
  Comment: text,
  ErrorEquals: ERROR_EQUALS,
  IntervalSeconds: integer(1, MAX_RETRY_NUMBER),
  MaxAttempts: integer(0, MAX_RETRY_NUMBER),
  BackoffRate: number(1),
  MaxDelaySeconds: integer(1, MAX_DELAY_SECONDS),
  JitterStrategy: oneOf('FULL', 'NONE'),
};

const CATCHER: Record<'JSONata' | 'JSONPath', Fields> = {
  JSONata: {
    Comment: text,
    ErrorEquals: ERROR_EQUALS,
    Next: text,
    Output: template('errorOutput'),
    Assign: assign('errorOutput'),
  },
  JSONPath: { Comment: text, ErrorEquals: ERROR_EQUALS, Next: text, ResultPath: anything, Assign: assign('none') },
};

export const retry: Check = (value, location, scope) => {
  list((retrier, at) => checkFields(retrier, RETRIER, ['ErrorEquals'], at, scope))(value, location, scope);
  checkAllComesLast(value, location, scope);
};

export const catchers: Check = (value, location, scope) => {
  const fields = CATCHER[scope.language];
  list((catcher, at) => checkFields(catcher, fields, ['ErrorEquals', 'Next'], at, scope))(value, location, scope);
  checkAllComesLast(value, location, scope);
};

/** `States.ALL` stands alone, and in the last of the list. */
function checkAllComesLast(value: unknown, location: string, { diagnostics }: StateScope): void {
  if (!Array.isArray(value)) return;
  for (const [index, entry] of value.entries()) {
    const names = isJsonObject(entry) ? entry['ErrorEquals'] : undefined;
    if (!Array.isArray(names) || !names.includes('States.ALL')) continue;
    const at = `${location}[${index}]/ErrorEquals`;
    if (names.length > 1) diagnostics.schema("'States.ALL' must appear alone", at);
    if (index < value.length - 1) diagnostics.schema("'States.ALL' must be in the last entry of the list", at);
  }
}
