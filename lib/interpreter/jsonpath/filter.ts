/** Filters of paths: `?(@.price < 10 && @.name)`. */
import type { Json } from '../../core/json.ts';
import type { Filter, Operand, Step } from './path-steps.ts';

type Follow = (steps: readonly Step[], value: Json) => Json[];

/** Whether a filter lets a value pass. */
export function holds(filter: Filter, candidate: Json, root: Json, follow: Follow): boolean {
  const read = (operand: Operand): Json | undefined =>
    operand.kind === 'literal' ? operand.value : follow(operand.steps, operand.isRoot ? root : candidate)[0];
  switch (filter.kind) {
    case 'and':
      return holds(filter.left, candidate, root, follow) && holds(filter.right, candidate, root, follow);
    case 'or':
      return holds(filter.left, candidate, root, follow) || holds(filter.right, candidate, root, follow);
    case 'not':
      return !holds(filter.of, candidate, root, follow);
    case 'exists':
      return read(filter.operand) !== undefined;
    case 'compare':
      return compare(filter.operator, read(filter.left), read(filter.right));
  }
}

function compare(operator: string, left: Json | undefined, right: Json | undefined): boolean {
  if (operator === '==') return JSON.stringify(left) === JSON.stringify(right);
  if (operator === '!=') return JSON.stringify(left) !== JSON.stringify(right);
  if (left === undefined || right === undefined || left === null || right === null) return false;
  if (typeof left !== typeof right) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
