/** A directed graph over ids. Nodes keep the order in which they were given: it decides every tie. */
export class Digraph {
  readonly nodes: readonly string[];
  readonly #successors = new Map<string, Set<string>>();
  readonly #predecessors = new Map<string, Set<string>>();

  constructor(nodes: readonly string[], edges: Iterable<readonly [from: string, to: string]> = []) {
    this.nodes = nodes;
    for (const node of nodes) {
      this.#successors.set(node, new Set());
      this.#predecessors.set(node, new Set());
    }
    for (const [from, to] of edges) this.addEdge(from, to);
  }

  /** Both ends must be nodes; an edge that is there already stays one edge. */
  addEdge(from: string, to: string): void {
    this.successors(from).add(to);
    this.predecessors(to).add(from);
  }

  removeEdge(from: string, to: string): void {
    this.successors(from).delete(to);
    this.predecessors(to).delete(from);
  }

  hasEdge(from: string, to: string): boolean {
    return this.successors(from).has(to);
  }

  successors(node: string): Set<string> {
    return this.#neighbours(this.#successors, node);
  }

  predecessors(node: string): Set<string> {
    return this.#neighbours(this.#predecessors, node);
  }

  *edges(): Iterable<[from: string, to: string]> {
    for (const from of this.nodes) for (const to of this.successors(from)) yield [from, to];
  }

  #neighbours(of: Map<string, Set<string>>, node: string): Set<string> {
    const neighbours = of.get(node);
    if (neighbours === undefined) throw new RangeError(`not a node: ${node}`);
    return neighbours;
  }
}
