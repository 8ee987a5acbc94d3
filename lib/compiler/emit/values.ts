/** Templates as Step Functions writes them: JSON in which expressions stand for what is known only at run time. */
import type { Expressions } from '../../asl/definition.ts';
import { expression } from '../../asl/expression.ts';
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
        return part.elements.map(within);
      case 'object':
        return mapValues(part.fields, within);
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
