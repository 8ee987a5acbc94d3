/** The literal part of an action's input against its tool's JSON Schema, before anything runs. */

import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { MAX_PAYLOAD_BYTES } from '../asl/limits.ts';
import { messageOf } from '../core/errors.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { formatPath, isJsonObject, type Json, jsonBytes, mapValues, preview, typedPreview } from '../core/json.ts';
import { didYouMean, listNames } from '../core/suggest.ts';
import type { ToolSpec } from '../tools/spec.ts';
import type { ResolvedAction } from './resolve.ts';
import { referencesOf, type Template } from './template.ts';

const OPTIONS: Options = {
  allErrors: true,
  strict: false,
  validateFormats: false,
  verbose: true,
  logger: false,
};
const draft2020 = new Ajv2020(OPTIONS);
const draft7 = new Ajv(OPTIONS);
const validators = new WeakMap<ToolSpec, ValidateFunction>();

/** The validator of a tool's input. Throws an {@link IssuesError} when the schema itself is wrong. */
export function inputValidator(tool: ToolSpec): ValidateFunction {
  let validator = validators.get(tool);
  if (validator === undefined) {
    try {
      validator = compileSchema(tool.input_schema);
    } catch (cause) {
      const issue = { code: 'invalid_schema', path: `${tool.name}.input_schema`, message: messageOf(cause) };
      throw new IssuesError('invalid_tools', 'the tool specs', [issue]);
    }
    validators.set(tool, validator);
  }
  return validator;
}

/** A schema that does not say otherwise is of the current draft. */
function compileSchema({ $schema, ...schema }: ToolSpec['input_schema']): ValidateFunction {
  const isOld = /draft-0[4-7]/.test(String($schema));
  const ajv = isOld ? draft7 : draft2020;
  try {
    return ajv.compile(schema);
  } finally {
    ajv.removeSchema(schema); // two tools may give their schemas the same `$id`
  }
}

/** Checks what is known of an input; a reference may become anything. */
export function checkInput(action: ResolvedAction, issues: Issue[]): void {
  const at: PropertyKey[] = ['actions', action.index, 'input'];
  checkSize(action.action.input, at, issues);
  if (action.action.for_each !== undefined)
    checkSize(action.action.for_each, ['actions', action.index, 'for_each'], issues);
  if (action.action.fallback !== undefined)
    checkSize(action.action.fallback, ['actions', action.index, 'fallback'], issues);

  const validate = inputValidator(action.tool);
  const input = knownPart(action.input);
  if (validate(input)) return;
  const errors = (validate.errors ?? []).map((error) => ({ error, path: pathOf(error, input) }));
  const references = [...referencesOf(action.input)].map(([path, { text }]) => ({ path, text }));
  for (const found of certainErrors(errors, references)) issues.push(inputIssue(found, at, action.tool.name));
}

function checkSize(value: Json, path: PropertyKey[], issues: Issue[]): void {
  const bytes = jsonBytes(value);
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  issues.push({
    code: 'too_large',
    path: formatPath(path),
    message: `${String(path.at(-1))} is larger than Step Functions carries`,
    got: `${bytes} bytes`,
    allowed: `at most ${MAX_PAYLOAD_BYTES} bytes of JSON`,
    hint: 'put the data where the tool can read it and pass its place',
  });
}

/** The input as it will be, with a text in the place of each reference. */
function knownPart(template: Template): Json {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'value':
      return template.expression.text;
    case 'text':
      return template.parts.map((part) => (typeof part === 'string' ? part : part.text)).join('');
    case 'list':
      return template.elements.map(knownPart);
    case 'object':
      return mapValues(template.fields, knownPart);
  }
}

/** An error with its place in the input. */
interface Found {
  error: ErrorObject;
  path: PropertyKey[];
  /** Of a schema with alternatives: why each of them fails. */
  alternatives?: Found[];
  /** The `${…}` that stands there. */
  text?: string;
}

interface Reference {
  path: PropertyKey[];
  text: string;
}

/** Keywords that look only at which fields or elements there are, or at the kind of value, not at what they hold. */
const STRUCTURAL = new Set([
  'type',
  'required',
  'additionalProperties',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
]);

/** Keywords that try schemas which need not hold: that one of those fails says nothing by itself. */
const BRANCHING = new Set(['anyOf', 'oneOf', 'contains', 'if']);

/** The errors that no value of the references could mend. */
function certainErrors(errors: readonly Found[], references: readonly Reference[]): Found[] {
  const isOpen = ({ path }: Found) => references.some((reference) => startsWith(reference.path, path));
  const branchings = errors.filter(({ error }) => BRANCHING.has(error.keyword));
  // What `if` decided is certain unless a reference had a say in it; of alternatives the whole is reported.
  const doubtful = branchings.filter((branching) => branching.error.keyword !== 'if' || isOpen(branching));
  const firm = errors.filter((found) => !doubtful.some((branching) => isInBranch(found, branching)));
  const wrongTypes = firm.filter(({ error }) => error.keyword === 'type');

  return firm.flatMap((found): Found[] => {
    const { error, path } = found;
    if (error.keyword === 'if') return [];
    const inside = references.find((reference) => startsWith(path, reference.path));
    if (inside !== undefined) {
      // `${…}` can become any text, but nothing else.
      const isText = inside.text.startsWith('${') && samePath(inside.path, path);
      return isText && error.keyword === 'type' ? [{ ...found, text: inside.text }] : [];
    }
    if (isOpen(found) && !STRUCTURAL.has(error.keyword)) return [];
    const followsFromType = error.keyword !== 'type' && wrongTypes.some((wrong) => samePath(wrong.path, path));
    if (followsFromType) return [];
    if (!BRANCHING.has(error.keyword)) return [found];
    return [{ ...found, alternatives: errors.filter((other) => isInBranch(other, found)) }];
  });
}

function isInBranch({ error }: Found, { error: branching }: Found): boolean {
  if (error === branching || !`${error.instancePath}/`.startsWith(`${branching.instancePath}/`)) return false;
  const siblings = branching.schemaPath.slice(0, branching.schemaPath.lastIndexOf('/') + 1);
  const branches = branching.keyword === 'if' ? ['then', 'else'] : [branching.keyword];
  if (branches.some((name) => error.schemaPath.startsWith(`${siblings}${name}/`))) return true;
  // A branch that is a $ref shows as the definition it leads to.
  const definition = definitionOf(error);
  return definition !== undefined && definition !== definitionOf(branching);
}

function definitionOf({ schemaPath }: ErrorObject): string | undefined {
  return /^#\/(?:\$defs|definitions)\/[^/]+/.exec(schemaPath)?.[0];
}

/** Numbers where the path goes through a list, texts where it goes through an object. */
function pathOf({ instancePath }: ErrorObject, input: Json): PropertyKey[] {
  let value: unknown = input;
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const key = Array.isArray(value) ? Number(name) : name;
      value = (value as Record<PropertyKey, unknown>)[key];
      return key;
    });
}

function startsWith(path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean {
  return start.every((part, index) => path[index] === part);
}

function samePath(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

function inputIssue({ error, path, alternatives, text }: Found, at: PropertyKey[], tool: string): Issue {
  const { params } = error;
  const of = `the input of ${tool}`;
  const issue = { code: 'invalid_input', path: formatPath([...at, ...path]) };
  const got = typedPreview(error.data);
  switch (error.keyword) {
    case 'type': {
      const wrong = { ...issue, message: `wrong type in ${of}`, allowed: String(params['type']) };
      if (text === undefined) return { ...wrong, got };
      const reference = `$${text.slice(2, -1).trim()}`;
      const hint = `\${…} always gives a text; write ${reference} alone to keep its type`;
      return { ...wrong, got: `a text with ${text}`, hint };
    }
    case 'required': {
      const field = String(params['missingProperty']);
      return { ...issue, path: formatPath([...at, ...path, field]), message: `${of} needs "${field}"` };
    }
    case 'additionalProperties': {
      const field = String(params['additionalProperty']);
      const known = fieldsOf(error.parentSchema);
      const hint = didYouMean(field, known);
      return {
        ...issue,
        path: formatPath([...at, ...path, field]),
        message: `${of} has no field "${field}"`,
        allowed: listNames(known),
        ...(hint && { hint }),
      };
    }
    case 'const':
    case 'enum': {
      const values = (params['allowedValues'] ?? [params['allowedValue']]) as unknown[];
      const allowed = values.map((value) => preview(value)).join(', ');
      return { ...issue, message: `not an allowed value in ${of}`, got, allowed };
    }
    default: {
      const allowed = [...new Set(alternatives?.map((found) => alternative(found, path.length)))];
      if (allowed.length === 0) return { ...issue, message: `${of}: ${error.message ?? 'wrong'}`, got };
      return { ...issue, message: `none of the alternatives in ${of} fits`, got, allowed: allowed.join('; or ') };
    }
  }
}

function fieldsOf(schema: ErrorObject['parentSchema']): string[] {
  return isJsonObject(schema?.['properties']) ? Object.keys(schema['properties']) : [];
}

/** What one alternative asks for: `string`, or `code must be >= 1`. */
function alternative({ error, path }: Found, depth: number): string {
  const inner = formatPath(path.slice(depth));
  const asks =
    error.keyword === 'type' ? `must be ${String(error.params['type'])}` : (error.message ?? 'another value');
  return inner === '' ? asks.replace(/^must be /, '') : `${inner} ${asks}`;
}
