/** Task graphs for benchmarks and tests: agents' plans, scientific workflows and synthetic ones, where they are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Digraph } from '../lib/graph/digraph.ts';

export interface Dag {
  nodes: { id: string; seconds: number }[];
  edges: [before: string, after: string][];
}

export type Group = 'agent plans' | 'workflows' | 'synthetic';

export interface NamedDag extends Dag {
  name: string;
  group: Group;
  /** Seconds: one after another; the critical path; level by level; the best structure known beforehand. */
  baseline: { sequential: number; critical: number; waves: number; best_known_sp: number; series_parallel: boolean };
}

const FOLDER = new URL('../../shared/dags/', import.meta.url);

/** Undefined where they are not there; `skipped` then says aloud what is skipped. */
export function sharedDags(skipped: string): NamedDag[] | undefined {
  if (!existsSync(fileURLToPath(FOLDER))) {
    console.warn(`skipped: ${skipped}: ../shared/dags is not there`);
    return undefined;
  }
  const baselines = JSON.parse(readFileSync(new URL('baselines.json', FOLDER), 'utf8'));
  return readdirSync(new URL('dev/', FOLDER))
    .sort()
    .flatMap((file) => readFileSync(new URL(`dev/${file}`, FOLDER), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map(({ name, family, nodes, edges }) => ({
      name,
      group: groupOf(family),
      nodes,
      edges,
      baseline: baselines[name],
    }));
}

function groupOf(family: string): Group {
  if (family.startsWith('wf-')) return 'workflows';
  return family.startsWith('syn-') ? 'synthetic' : 'agent plans';
}

export function graphOf({ nodes, edges }: Dag): Digraph {
  return new Digraph(
    nodes.map(({ id }) => id),
    edges,
  );
}

export function secondsOf({ nodes }: Dag): (id: string) => number {
  const seconds = new Map(nodes.map((node) => [node.id, node.seconds]));
  return (id) => seconds.get(id)!;
}

export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
