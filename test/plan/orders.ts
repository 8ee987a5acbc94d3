/** The results over which references and expressions are evaluated in these tests. */
import type { Json } from '../../lib/core/json.ts';
import { resolveTemplate, type Scope } from '../../lib/plan/evaluate.ts';
import { scope, template } from './plans.ts';

export const orders = {
  total: 12.5,
  empty: [],
  none: null,
  no: false,
  lines: [
    { sku: 'A', quantity: 3, parts: ['a1', 'a2'] },
    { sku: 'B', quantity: 7, parts: ['b1'] },
  ],
  'odd name': { and: 1, in: { or: [2] }, true: 3, null: 4, function: 5 },
};
export const values = scope({ orders, word: 'twelve', zero: 0, nothing: null, list: [[1, 2], [3]] });

export function resolve(value: Json, from: Scope = values): Promise<Json> {
  return resolveTemplate(template(value), from, ['input']);
}
