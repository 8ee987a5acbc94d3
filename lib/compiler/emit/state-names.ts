/** Names of states. A Task has the id of its action; all others have a space, which no id has. */
const SUFFIXES = {
  list: 'list',
  itemFailed: 'item failed',
  skipped: 'skipped?',
  failed: 'failed',
  won: 'won',
  ended: 'ended',
  race: 'race',
} as const;

type Suffixed = keyof typeof SUFFIXES;

/** The states beside its Task that an action may have. */
export function stateNames(id: string): Record<Suffixed, string> {
  const names = Object.entries(SUFFIXES).map(([role, suffix]) => [role, `${id} ${suffix}`]);
  return Object.fromEntries(names) as Record<Suffixed, string>;
}

/** What a state is to an action; undefined for those that belong to none. */
export function readStateName(name: string): { id: string; role: 'task' | Suffixed } | undefined {
  const space = name.indexOf(' ');
  if (space < 0) return { id: name, role: 'task' };
  const suffix = name.slice(space + 1);
  const role = (Object.keys(SUFFIXES) as Suffixed[]).find((key) => SUFFIXES[key] === suffix);
  return role && { id: name.slice(0, space), role };
}
