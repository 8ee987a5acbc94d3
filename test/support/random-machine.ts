/** Random machines of Tasks, Parallels and Maps, in which each function fails some times before it succeeds. */
import fc from 'fast-check';
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import { branch, call } from './executions.ts';

type Node =
  | { kind: 'task'; fails: number }
  | { kind: 'parallel'; retries: number; branches: Node[][] }
  | { kind: 'map'; retries: number; items: number; concurrency: number; inner: Node[] };

export interface RandomMachine {
  definition: MachineDefinition;
  /** How often each function fails, by its name. */
  failures: Record<string, number>;
}

const task = fc.record({ kind: fc.constant('task' as const), fails: fc.nat(2) });

/** `mostRetries` is that of Parallels and Maps. */
export function randomMachine(mostRetries: number): fc.Arbitrary<RandomMachine> {
  const retries = fc.nat(mostRetries);
  const node: fc.Memo<Node> = fc.memo((depth): fc.Arbitrary<Node> => {
    if (depth <= 1) return task;
    const branches = fc.array(sequence(depth - 1), { minLength: 1, maxLength: 3 });
    const inner = sequence(depth - 1);
    return fc.oneof(
      task,
      fc.record({ kind: fc.constant('parallel' as const), retries, branches }),
      fc.record({ kind: fc.constant('map' as const), retries, items: fc.nat(3), concurrency: fc.nat(2), inner }),
    );
  });
  const sequence: fc.Memo<Node[]> = fc.memo((depth) => fc.array(node(depth), { minLength: 1, maxLength: 3 }));
  return sequence(3).map(build);
}

function build(nodes: Node[]): RandomMachine {
  const failures: Record<string, number> = {};
  let count = 0;
  const machineOf = (inner: Node[]): MachineDefinition =>
    branch(
      Object.fromEntries(
        inner.map((one) => {
          const name = `s${count++}`;
          return [name, stateOf(one, name)];
        }),
      ),
    );
  const stateOf = (one: Node, name: string): object => {
    switch (one.kind) {
      case 'task':
        failures[name] = one.fails;
        return call(name, {
          Arguments: { FunctionName: name, Payload: '{% $type($states.input) %}' },
          Assign: { [`v${name}`]: 1 },
          Output: { [name]: '{% $states.result.Payload %}', isFirst: `{% $not($exists($v${name})) %}` },
        });
      case 'parallel':
        return { Type: 'Parallel', ...retry(one.retries), Branches: one.branches.map(machineOf) };
      case 'map': {
        const Items = Array.from({ length: one.items }, (_, index) => index);
        const ItemProcessor = machineOf(one.inner);
        return { Type: 'Map', ...retry(one.retries), Items, MaxConcurrency: one.concurrency, ItemProcessor };
      }
    }
  };
  return { definition: { QueryLanguage: 'JSONata', ...machineOf(nodes) }, failures };
}

function retry(MaxAttempts: number): object {
  return MaxAttempts === 0 ? {} : { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts }] };
}
