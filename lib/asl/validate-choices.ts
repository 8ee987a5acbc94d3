/** The rules of a Choice state: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html */
import { isJsonObject } from '../core/json.ts';
import type { Check } from './validate-scope.ts';
import {
  anything,
  checkFields,
  checkRequired,
  type Fields,
  isExpression,
  list,
  template,
  text,
} from './validate-values.ts';
import { assign } from './validate-variables.ts';

const condition: Check = (value, location, scope) => {
  template()(value, location, scope);
  if (typeof value === 'boolean' || isExpression(value)) return;
  scope.diagnostics.schema('A Condition must be a JSONata expression or a boolean', location);
};

const JSONATA_RULE: Fields = {
  Comment: text,
  Condition: condition,
  Next: text,
  Output: template(),
  Assign: assign('none'),
};

const COMPARISON =
  /^(?:(?:String|Numeric|Timestamp)(?:Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(?:Path)?|BooleanEquals(?:Path)?|StringMatches|Is(?:Null|Present|Numeric|String|Boolean|Timestamp))$/;

/** How a rule of JSONPath combines others. */
const COMBINATIONS = ['And', 'Or', 'Not'] as const;

const jsonPathRule: Check = (value, location, scope) => {
  if (!isJsonObject(value)) return scope.diagnostics.schema('Expected value of type [OBJECT]', location);
  for (const name of ['Comment', 'Next'])
    if (value[name] !== undefined) text(value[name], `${location}/${name}`, scope);
  if (value['Assign'] !== undefined) assign('none')(value['Assign'], `${location}/Assign`, scope);
  checkRequired(value, ['Next'], location, scope);
  const { Comment: _comment, Next: _next, Assign: _assign, ...test } = value;
  jsonPathTest(test, location, scope);
};

/** One comparison, or several combined. */
const jsonPathTest: Check = (value, location, scope) => {
  if (!isJsonObject(value)) return scope.diagnostics.schema('Expected value of type [OBJECT]', location);
  const combination = COMBINATIONS.find((name) => value[name] !== undefined);
  if (combination !== undefined) {
    const check = combination === 'Not' ? jsonPathTest : list(jsonPathTest, { least: 1 });
    return checkFields(value, { Comment: text, [combination]: check }, [], location, scope);
  }
  const operators = Object.keys(value).filter((name) => COMPARISON.test(name));
  const fields = Object.fromEntries(operators.map((name) => [name, anything]));
  checkFields(value, { Comment: text, Variable: text, ...fields }, ['Variable'], location, scope);
  if (operators.length !== 1) scope.diagnostics.schema('Exactly one comparison operator is required', location);
};

/** All rules; there must be one at least. */
export const choices: Check = (value, location, scope) => {
  const rule: Check =
    scope.language === 'JSONPath'
      ? jsonPathRule
      : (entry, at) => checkFields(entry, JSONATA_RULE, ['Condition', 'Next'], at, scope);
  list(rule, { least: 1 })(value, location, scope);
};
