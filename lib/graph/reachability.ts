/** Which nodes come before which, kept up to date while edges are added. */
import { Bitset } from './bitset.ts';
import type { Digraph } from './digraph.ts';

/** The ancestors of each node; n^2/32 words of memory. Nodes and their edges are added in topological order. */
export class Ancestors {
  readonly #index: Map<string, number>;
  readonly #ancestors = new Map<string, Bitset>();

  constructor(nodes: readonly string[]) {
    this.#index = new Map(nodes.map((node, index) => [node, index]));
  }

  /** The ancestors of every node of an acyclic graph. */
  static of(graph: Digraph, order: readonly string[]): Ancestors {
    const ancestors = new Ancestors(graph.nodes);
    for (const node of order) for (const from of graph.predecessors(node)) ancestors.addEdge(from, node);
    return ancestors;
  }

  /** `from` must have all its own edges already. */
  addEdge(from: string, to: string): void {
    const set = this.#set(to);
    set.add(this.#index.get(from)!);
    set.addAll(this.#set(from));
  }

  /** Whether a path of at least one edge leads from one to the other. */
  precedes(from: string, to: string): boolean {
    return this.#set(to).has(this.#index.get(from)!);
  }

  #set(node: string): Bitset {
    let set = this.#ancestors.get(node);
    if (set === undefined) {
      set = new Bitset(this.#index.size);
      this.#ancestors.set(node, set);
    }
    return set;
  }
}
