/** The tools a plan may call, by name. */
import type { ToolSpec } from './spec.ts';

/** The known tools. */
export interface ToolRegistry {
  get(name: string): ToolSpec | undefined;
  list(): readonly ToolSpec[];
}

/** A registry of specs whose names are unique. */
export function toolRegistry(specs: readonly ToolSpec[]): ToolRegistry {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  return { get: (name) => byName.get(name), list: () => specs };
}
