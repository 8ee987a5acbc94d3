/** What paths are made of. */
import type { Json } from '../../core/json.ts';

export type Step =
  | { kind: 'names'; names: readonly string[] }
  | { kind: 'indices'; indices: readonly number[] }
  | { kind: 'slice'; from: number | undefined; to: number | undefined; by: number }
  | { kind: 'all' }
  | { kind: 'deep' }
  | { kind: 'length' }
  | { kind: 'filter'; filter: Filter };

export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; of: Filter }
  | { kind: 'compare'; operator: string; left: Operand; right: Operand }
  | { kind: 'exists'; operand: Operand };

export type Operand = { kind: 'literal'; value: Json } | { kind: 'path'; isRoot: boolean; steps: readonly Step[] };
