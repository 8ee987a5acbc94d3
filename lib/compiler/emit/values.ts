/** Templates as Step Functions writes them: JSON in which expressions stand for what is known only at run time. */
import type { Expressions } from '../../asl/definition.ts';
import { expression, quoted } from '../../asl/expression.ts';
import { mapValues } from '../../core/json.ts';
import type { Template } from '../../plan/template.ts';
import type { LiteralField, Literals } from './literals.ts';
import type { Variables } from './variables.ts';

/** Where a template stands. */
export interface TemplatePlace {
  id: string;
  field: LiteralField;
  variables: Variables;
  literals: Literals;
}

/** The value of a field. What yields nothing raises `States.QueryEvaluationError`, as the plan's own rules want it. */
export function fieldValue(template: Template, { id, field, variables, literals }: TemplatePlace): Expressions {
  if (template.kind === 'literal') return expression(literals.whole(id, field, template.value));
  return within(template);

  function within(part: Template): Expressions {
    switch (part.kind) {
      case 'literal':
        return expression(literals.part(id, field, part.value));
      case 'value':
        return expression(variables.sourceOf(part.expression));
      case 'text':
        return expression(textOf(part.parts));
      case 'list':
        // Lists within lists are written as expressions: asl-validator knows no others.
        return part.elements.map((element) =>
          element.kind === 'list' ? expression(sourceOf(element)) : within(element),
        );
      case 'object':
        return mapValues(part.fields, within);
    }
  }

  /** The same as one expression. */
  function sourceOf(part: Template): string {
    switch (part.kind) {
      case 'literal':
        return literals.part(id, field, part.value);
      case 'value':
        return variables.sourceOf(part.expression);
      case 'text':
        return textOf(part.parts);
      case 'list':
        return listOf(part.elements.map(sourceOf));
      case 'object': {
        const fields = Object.entries(part.fields);
        const values = fields.map(([, value], index) => `$_o${index}:=${sourceOf(value)};`);
        const all = fields.map((_, index) => `$exists($_o${index})`).join(',');
        return `(${values.join('')}$not(false in [${all}])?{${fields.map(([key], index) => `${quoted(key)}:$_o${index}`).join(',')}})`;
      }
    }
  }

  /** Yields nothing if one of its references does; `&` would take that for an empty text. */
  function textOf(parts: Extract<Template, { kind: 'text' }>['parts']): string {
    const filled: string[] = [];
    const pieces = parts.map((part) => {
      if (typeof part === 'string') return literals.part(id, field, part);
      filled.push(variables.sourceOf(part));
      return `$_t[${filled.length - 1}]`;
    });
    return `($_t:=[${filled.join(',')}];$count($_t)=${filled.length}?$join([${pieces.join(',')}]))`;
  }
}

/** JSONata's own constructor makes one list of lists, and drops what yields nothing; this does neither. */
function listOf([first = '', ...more]: string[]): string {
  if (more.length === 0) return `($_e:=${first};$exists($_e)?($type($_e)='array'?[[$_e]]:[$_e]))`;
  const cases = [first, ...more].map((source, index) => `$_i=${index}?${source}`).join(':');
  return `($_l:=$map([0..${more.length}],function($_i){${cases}});$count($_l)=${more.length + 1}?$_l)`;
}
