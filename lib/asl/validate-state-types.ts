/** The fields of each type of state, and in which query language they exist. */
import { isJsonObject } from '../core/json.ts';
import { choices } from './validate-choices.ts';
import { catchers, retry } from './validate-errors.ts';
import type { Check } from './validate-scope.ts';
import {
  anything,
  boolean,
  checkFields,
  type Fields,
  integer,
  list,
  number,
  object,
  oneOf,
  orExpression,
  template,
  text,
} from './validate-values.ts';
import { assign } from './validate-variables.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
const MAX_TIMEOUT_SECONDS = 99_999_999;

export interface StateType {
  /** Fields of both languages. */
  fields: Fields;
  JSONata: Fields;
  JSONPath: Fields;
  required: readonly string[];
  /** Of these exactly one must be there. */
  oneOf?: readonly string[];
}

const resource: Check = (value, location, scope) => {
  text(value, location, scope);
  if (typeof value !== 'string') return;
  const { diagnostics, type } = scope;
  if (!/^arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:.+$/.test(value)) {
    diagnostics.schema('Value is not a valid resource ARN', location);
  }
  if (type !== 'EXPRESS') return;
  // The space before the quote's end is AWS's own: recorded in LocalStack's test_sfn_api_express.snapshot.json.
  if (value.endsWith('.waitForTaskToken')) {
    diagnostics.schema("Express state machine does not support '.waitForTaskToken' service integration ", location);
  }
  if (/\.sync(:\d+)?$/.test(value)) {
    diagnostics.schema("Express state machine does not support '.sync' service integration", location);
  }
  if (/^arn:aws[a-z-]*:states:[^:]*:[^:]*:activity:/.test(value)) {
    diagnostics.schema('Express state machine does not support Activity ARN', location);
  }
};

const COMMON: Fields = { Type: text, Comment: text, QueryLanguage: oneOf('JSONPath', 'JSONata') };
const CONTINUES: Fields = { Next: text, End: boolean };
const FALLIBLE: Fields = { Retry: retry, Catch: catchers };
const IN_AND_OUT: Fields = { InputPath: anything, OutputPath: anything };
const RESULT: Fields = { ...IN_AND_OUT, Parameters: anything, ResultPath: anything };
const SELECTED_RESULT: Fields = { ...RESULT, ResultSelector: anything };

const seconds = orExpression(integer(1, MAX_TIMEOUT_SECONDS));
const count = orExpression(integer(0, Number.MAX_SAFE_INTEGER));

const timestamp: Check = (value, location, scope) => {
  text(value, location, scope);
  if (typeof value !== 'string' || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return;
  scope.diagnostics.schema('Value is not a valid timestamp', location);
};

const branch: Check = (value, location, scope) => {
  if (isJsonObject(value)) scope.nested(value, location, 'branch');
  else scope.diagnostics.schema('Expected value of type [OBJECT]', location);
};

const processor: Check = (value, location, scope) => {
  if (isJsonObject(value)) scope.nested(value, location, 'processor');
  else scope.diagnostics.schema('Expected value of type [OBJECT]', location);
};

const items: Check = (value, location, scope) => {
  if (typeof value === 'object' && value !== null) return template()(value, location, scope);
  orExpression(list(anything))(value, location, scope);
};

/** Parts of a Map over what a service reads or writes, which only the distributed mode has. */
const serviceCall: Check = (value, location, scope) => {
  object(value, location, scope);
  if (isJsonObject(value) && value['Arguments'] !== undefined) {
    template()(value['Arguments'], `${location}/Arguments`, scope);
  }
};

const batcher: Check = (value, location, scope) => {
  const counted = orExpression(integer(1, Number.MAX_SAFE_INTEGER));
  const fields = {
    BatchInput: template(),
    MaxItemsPerBatch: counted,
    MaxInputBytesPerBatch: counted,
    MaxItemsPerBatchPath: anything,
    MaxInputBytesPerBatchPath: anything,
  };
  checkFields(value, fields, [], location, scope);
};

/** By the `Type` of a state. */
export const STATE_TYPES: Readonly<Record<string, StateType>> = {
  Pass: {
    fields: { ...COMMON, ...CONTINUES, Assign: assign('none') },
    JSONata: { Output: template() },
    JSONPath: { ...RESULT, Result: anything },
    required: [],
  },
  Task: {
    fields: {
      ...COMMON,
      ...CONTINUES,
      ...FALLIBLE,
      Resource: resource,
      TimeoutSeconds: seconds,
      HeartbeatSeconds: seconds,
      Credentials: template(),
      Assign: assign('result'),
    },
    JSONata: { Arguments: template(), Output: template('result') },
    JSONPath: { ...SELECTED_RESULT, TimeoutSecondsPath: text, HeartbeatSecondsPath: text },
    required: ['Resource'],
  },
  Choice: {
    fields: { ...COMMON, Choices: choices, Default: text, Assign: assign('none') },
    JSONata: { Output: template() },
    JSONPath: IN_AND_OUT,
    required: ['Choices'],
  },
  Wait: {
    fields: {
      ...COMMON,
      ...CONTINUES,
      Seconds: orExpression(integer(0, MAX_TIMEOUT_SECONDS)),
      Timestamp: orExpression(timestamp),
      Assign: assign('none'),
    },
    JSONata: { Output: template() },
    JSONPath: { ...IN_AND_OUT, SecondsPath: text, TimestampPath: text },
    required: [],
    oneOf: ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'],
  },
  Succeed: { fields: COMMON, JSONata: { Output: template() }, JSONPath: IN_AND_OUT, required: [] },
  Fail: {
    fields: { ...COMMON, Error: orExpression(text), Cause: orExpression(text) },
    JSONata: {},
    JSONPath: { ErrorPath: text, CausePath: text },
    required: [],
  },
  Parallel: {
    fields: { ...COMMON, ...CONTINUES, ...FALLIBLE, Branches: list(branch, { least: 1 }), Assign: assign('result') },
    JSONata: { Arguments: template(), Output: template('result') },
    JSONPath: SELECTED_RESULT,
    required: ['Branches'],
  },
  Map: {
    fields: {
      ...COMMON,
      ...CONTINUES,
      ...FALLIBLE,
      ItemProcessor: processor,
      Iterator: processor,
      ItemSelector: template(),
      ItemReader: serviceCall,
      ItemBatcher: batcher,
      ResultWriter: serviceCall,
      Label: text,
      MaxConcurrency: count,
      ToleratedFailureCount: count,
      ToleratedFailurePercentage: orExpression(number(0, 100)),
      Assign: assign('result'),
    },
    JSONata: { Items: items, Output: template('result') },
    JSONPath: {
      ...SELECTED_RESULT,
      ItemsPath: text,
      MaxConcurrencyPath: text,
      ToleratedFailureCountPath: text,
      ToleratedFailurePercentagePath: text,
    },
    required: [],
    oneOf: ['ItemProcessor', 'Iterator'],
  },
};
