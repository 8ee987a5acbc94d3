/**
 * JSON with references, parsed once when the plan is accepted. Strings are, in this order:
 * `$$…` text with a literal dollar in front, `{% … %}` an expression, `$key.path[0]` a reference that keeps its type,
 * and anything else text in which every `${key.path}` is replaced.
 */
import { excerpt, isJsonObject, type Json, mapValues } from '../core/json.ts';
import { type Expression, type ExpressionProblem, isProblem, parseExpression, type Reference } from './expression.ts';
import { EXPRESSION_FUNCTIONS } from './names.ts';
import type { PathStep } from './path.ts';

/** A value that is complete but for its references. */
export type Template =
  | { kind: 'literal'; value: Json }
  | { kind: 'value'; expression: Expression }
  | { kind: 'text'; parts: (string | Expression)[] }
  | { kind: 'list'; elements: Template[] }
  | { kind: 'object'; fields: Record<string, Template> };

/** Told of each string that looks like a reference or expression and is none. */
export type OnProblem = (path: PropertyKey[], problem: ExpressionProblem) => void;

const SEGMENT = String.raw`\.[A-Za-z_][A-Za-z0-9_]*|\.\`[^\`]+\`|\[-?\d+\]`;
const REFERENCE = new RegExp(`^\\$([A-Za-z][A-Za-z0-9_]*)((?:${SEGMENT})*)$`);
/** A name, or nothing as in JSONPath, and then something only a reference goes on with: surely meant as one. */
const NEARLY_REFERENCE = /^\$(?:[A-Za-z][A-Za-z0-9_]*[.[]|\.[A-Za-z_]|\[)\S*$/;
const FUNCTION_CALL = /^\$([A-Za-z]+)\s*\(.*\)$/s;
const JSONATA_KEYWORDS = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

/** Parses a value; a subtree without references stays one literal. */
export function parseTemplate(value: Json, onProblem: OnProblem, path: PropertyKey[] = []): Template {
  if (typeof value === 'string') return parseString(value, (problem) => onProblem(path, problem));
  if (Array.isArray(value)) {
    const elements = value.map((element, index) => parseTemplate(element, onProblem, [...path, index]));
    const literals = elements.map(literalOf);
    return literals.some((literal) => literal === undefined)
      ? { kind: 'list', elements }
      : { kind: 'literal', value: literals as Json[] };
  }
  if (isJsonObject(value)) {
    const fields = mapValues(value, (field, key) => parseTemplate(field, onProblem, [...path, key]));
    const literals = mapValues(fields, literalOf);
    return Object.values(literals).some((literal) => literal === undefined)
      ? { kind: 'object', fields }
      : { kind: 'literal', value: literals as Record<string, Json> };
  }
  return { kind: 'literal', value };
}

function literalOf(template: Template): Json | undefined {
  return template.kind === 'literal' ? template.value : undefined;
}

function parseString(text: string, onProblem: (problem: ExpressionProblem) => void): Template {
  if (text.startsWith('$$')) return parseText('$', text.slice(2), onProblem);
  const expression = parseReferenceOrExpression(text);
  if (expression === undefined) return parseText('', text, onProblem);
  if (!isProblem(expression)) return { kind: 'value', expression };
  onProblem(expression);
  return { kind: 'literal', value: null };
}

/** A string that is wholly a reference or an expression; undefined for any other text. */
export function parseReferenceOrExpression(text: string): Expression | ExpressionProblem | undefined {
  if (text.startsWith('{%') && text.endsWith('%}') && text.length >= 4) {
    const source = text.slice(2, -2).trim();
    return parseReference(source, text, 'expression') ?? parseExpression(source, text);
  }
  if (!text.startsWith('$')) return undefined;
  const reference = parseReference(text, text, 'alone');
  if (reference !== undefined) return reference;
  const called = FUNCTION_CALL.exec(text)?.[1];
  if (called !== undefined && EXPRESSION_FUNCTIONS.has(called)) {
    return {
      message: 'an expression stands between {% and %}',
      got: excerpt(text),
      hint: `write {% $${called}(…) %}, or begin with $$ for a text with a dollar sign`,
    };
  }
  if (!NEARLY_REFERENCE.test(text)) return undefined;
  return {
    message: 'not a reference',
    got: excerpt(text),
    allowed: '$key, $key.field, $key.list[0].field, $key.`odd name`',
    hint: 'write {% … %} for an expression, or begin with $$ for a text with a dollar sign',
  };
}

function parseReference(source: string, text: string, written: Reference['written']): Expression | undefined {
  const match = REFERENCE.exec(source);
  if (match === null) return undefined;
  const [, variable = '', path = ''] = match;
  const segments = path.match(new RegExp(SEGMENT, 'g')) ?? [];
  const full = `$${variable}${segments.map(quoteKeyword).join('')}`;
  return {
    text,
    source: written === 'text' ? `$string(${full})` : full,
    variables: new Set([variable]),
    givesList: false,
    reference: { variable, ...stepsOf(segments), written },
  };
}

function stepsOf(segments: readonly string[]): { indices: number[]; steps: PathStep[] } {
  const indices: number[] = [];
  const steps: { name: string; indices: number[] }[] = [];
  for (const segment of segments) {
    if (segment.startsWith('[')) (steps.at(-1)?.indices ?? indices).push(Number(segment.slice(1, -1)));
    else steps.push({ name: segment.slice(1).replaceAll('`', ''), indices: [] });
  }
  return { indices, steps };
}

/** `.in` would be an operator to JSONata; `` .`in` `` is a field. */
function quoteKeyword(segment: string): string {
  return JSONATA_KEYWORDS.has(segment.slice(1)) ? `.\`${segment.slice(1)}\`` : segment;
}

function parseText(prefix: string, text: string, onProblem: (problem: ExpressionProblem) => void): Template {
  const parts: (string | Expression)[] = [prefix];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const reference = parseReference(`$${match[1]!.trim()}`, match[0], 'text');
    if (reference === undefined) {
      onProblem({
        message: 'not a reference',
        got: excerpt(match[0]),
        allowed: '${key}, ${key.field}, ${key.list[0].field}',
        hint: 'for a text that contains ${ itself, write the string as {% "…" %}',
      });
    } else parts.push(reference);
  }
  if (end === 0) return { kind: 'literal', value: prefix + text };
  parts.push(text.slice(end));
  return { kind: 'text', parts: parts.filter((part) => part !== '') };
}

/** Every reference of a template with its place in it. */
export function* referencesOf(template: Template, path: PropertyKey[] = []): Iterable<[PropertyKey[], Expression]> {
  switch (template.kind) {
    case 'literal':
      return;
    case 'value':
      yield [path, template.expression];
      return;
    case 'text':
      for (const part of template.parts) if (typeof part !== 'string') yield [path, part];
      return;
    case 'list':
      for (const [index, element] of template.elements.entries()) yield* referencesOf(element, [...path, index]);
      return;
    case 'object':
      for (const [key, field] of Object.entries(template.fields)) yield* referencesOf(field, [...path, key]);
  }
}
