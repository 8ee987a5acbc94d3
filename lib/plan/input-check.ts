/** The literal part of an action's input against its tool's JSON Schema, before anything runs. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { messageOf } from '../core/errors.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { formatPath, isJsonObject, type Json, jsonBytes, preview, typeName } from '../core/json.ts';
import type { ToolSpec } from '../tools/spec.ts';
import { didYouMean, listNames } from './names.ts';
import type { ResolvedAction } from './resolve.ts';
import { referencesOf } from './template.ts';

/**
 * The most that Step Functions carries into a state:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MAX_PAYLOAD_BYTES = 262_144;

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, verbose: true });
const validators = new WeakMap<ToolSpec, ValidateFunction>();

/** The validator of a tool's input. Throws an {@link IssuesError} when the schema itself is wrong. */
export function inputValidator(tool: ToolSpec): ValidateFunction {
  let validator = validators.get(tool);
  if (validator === undefined) {
    try {
      validator = ajv.compile(tool.input_schema);
    } catch (cause) {
      const issue = { code: 'invalid_schema', path: `${tool.name}.input_schema`, message: messageOf(cause) };
      throw new IssuesError('invalid_tools', 'the tool specs', [issue]);
    }
    validators.set(tool, validator);
  }
  return validator;
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
  if (validate(action.action.input)) return;
  const unknown = [...referencesOf(action.input)].map(([path]) => path.map(String));
  for (const error of validate.errors ?? []) {
    const path = pathOf(error);
    if (!dependsOnUnknown(error, path, unknown)) issues.push(inputIssue(error, [...at, ...path], action));
  }
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

/** Array indexes become numbers again, as far as the path can tell. */
function pathOf(error: ErrorObject): string[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Keywords that only look at the fields or elements there are, not at what they hold. */
const STRUCTURAL = new Set([
  'required',
  'additionalProperties',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
]);

function dependsOnUnknown(error: ErrorObject, path: string[], unknown: string[][]): boolean {
  return unknown.some((reference) => {
    if (startsWith(path, reference)) return true;
    return startsWith(reference, path) && !STRUCTURAL.has(error.keyword) && error.keyword !== 'type';
  });
}

function startsWith(path: string[], start: string[]): boolean {
  return start.every((part, index) => path[index] === part);
}

function inputIssue(error: ErrorObject, path: PropertyKey[], action: ResolvedAction): Issue {
  const where = formatPath(path.map((part) => (/^\d+$/.test(String(part)) ? Number(part) : part)));
  const of = `the input of ${action.tool.name}`;
  const got = `${typeName(error.data)} ${preview(error.data)}`;
  const { params } = error;
  switch (error.keyword) {
    case 'type':
      return {
        code: 'invalid_input',
        path: where,
        message: `wrong type in ${of}`,
        got,
        allowed: String(params['type']),
      };
    case 'required':
      return { code: 'invalid_input', path: where, message: `${of} needs "${params['missingProperty']}"` };
    case 'additionalProperties': {
      const extra = String(params['additionalProperty']);
      const known = Object.keys(
        isJsonObject(error.parentSchema?.['properties']) ? error.parentSchema['properties'] : {},
      );
      const hint = didYouMean(extra, known);
      const message = `${of} has no field "${extra}"`;
      return { code: 'invalid_input', path: where, message, allowed: listNames(known), ...(hint && { hint }) };
    }
    case 'enum':
      return {
        code: 'invalid_input',
        path: where,
        message: `not an allowed value in ${of}`,
        got,
        allowed: (params['allowedValues'] as unknown[]).map((value) => preview(value)).join(', '),
      };
    default:
      return { code: 'invalid_input', path: where, message: `${of} ${error.message ?? 'is wrong'}`, got };
  }
}
