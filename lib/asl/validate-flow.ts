/** Where the transitions of a machine lead: to states that are there, to all of them, and to an end. */
import { isJsonObject } from '../core/json.ts';
import type { Diagnostics } from './validate-diagnostics.ts';
import type { FoundMachine } from './validate-scope.ts';

interface Transition {
  target: string;
  location: string;
}

/** Wording, order and the places of what is found are AWS's: https://github.com/floci-io/floci/pull/2786 */
export function checkFlow(machine: FoundMachine, diagnostics: Diagnostics): void {
  const { definition, location, kind } = machine;
  const states = definition['States'];
  if (!isJsonObject(states)) return;
  const missing = ({ target }: Transition) => !Object.hasOwn(states, target);
  const report = (transition: Transition) =>
    diagnostics.add('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${transition.target}`, transition.location);

  const starts = transitionOf(definition['StartAt'], `${location}/StartAt`);
  const from = new Map(
    Object.entries(states).map(([name, state]) => [name, transitionsOf(state, `${location}/States/${name}`)]),
  );
  for (const transition of [...starts, ...[...from.values()].flat()].filter(missing)) report(transition);

  if (kind === 'machine' && !Object.values(states).some(isTerminal)) {
    return diagnostics.add('MISSING_END_STATE', 'Workflow has no terminal state');
  }
  if (starts.length === 0) return; // that it is missing has been told
  const reached = reachable(starts, from);
  for (const name of from.keys()) {
    if (reached.has(name)) continue;
    diagnostics.add('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${location}/States/${name}`);
  }
}

function isTerminal(state: unknown): boolean {
  return isJsonObject(state) && (state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail');
}

function reachable(starts: readonly Transition[], from: ReadonlyMap<string, readonly Transition[]>): Set<string> {
  const reached = new Set<string>();
  const waiting = starts.map(({ target }) => target);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const { target } of from.get(name) ?? []) waiting.push(target);
  }
  return reached;
}

function transitionsOf(state: unknown, location: string): Transition[] {
  if (!isJsonObject(state)) return [];
  const inList = (field: string) => {
    const entries = state[field];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry, index) =>
      isJsonObject(entry) ? transitionOf(entry['Next'], `${location}/${field}[${index}]/Next`) : [],
    );
  };
  return [
    ...transitionOf(state['Next'], `${location}/Next`),
    ...inList('Choices'),
    ...transitionOf(state['Default'], `${location}/Default`),
    ...inList('Catch'),
  ];
}

function transitionOf(target: unknown, location: string): Transition[] {
  return typeof target === 'string' ? [{ target, location }] : [];
}

/** A state's name stands for it in the history, so it must be the only one in the whole definition, branches included. */
export function checkUniqueNames(machines: readonly FoundMachine[], diagnostics: Diagnostics): void {
  const seen = new Set<string>();
  for (const { definition, location } of machines) {
    for (const name of Object.keys(isJsonObject(definition['States']) ? definition['States'] : {})) {
      if (seen.has(name)) {
        diagnostics.add('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, `${location}/States/${name}`);
      }
      seen.add(name);
    }
  }
}
