/** The one namespace of ids and output keys. */
import type { Issue } from '../core/issues.ts';
import { formatPath } from '../core/json.ts';
import { NAME_PATTERN, RESERVED_NAMES } from './names.ts';
import type { ParsedAction } from './parse.ts';

/** Who is meant by what name. */
export interface Names {
  /** The ids of all actions, also of those that could not be read. */
  ids: ReadonlySet<string>;
  /** Which action a reference means. */
  idOfKey: ReadonlyMap<string, string>;
}

/** Finds duplicates and reserved names. */
export function nameActions(actions: readonly ParsedAction[], issues: Issue[]): Names {
  const idAt = new Map<string, number>();
  for (const { id, index } of actions) {
    if (id === undefined || !NAME_PATTERN.test(id)) continue;
    const first = idAt.get(id);
    if (first === undefined) idAt.set(id, index);
    else issues.push(duplicate(['actions', index, 'id'], id, `actions[${first}] has this id already`));
    if (RESERVED_NAMES.has(id)) issues.push(reserved(['actions', index, 'id'], id));
  }

  const idOfKey = new Map<string, string>();
  for (const { id, outputKey, index } of actions) {
    if (id === undefined) continue;
    const key = outputKey ?? id;
    const owner = idOfKey.get(key);
    const path = ['actions', index, 'output_key'];
    if (outputKey !== undefined && RESERVED_NAMES.has(key)) issues.push(reserved(path, key));
    if (outputKey !== undefined && key !== id && idAt.has(key)) {
      issues.push(
        duplicate(path, key, `actions[${idAt.get(key)}] has this id; ids and output keys share one namespace`),
      );
    } else if (owner === undefined) idOfKey.set(key, id);
    else if (owner !== id) issues.push(duplicate(path, key, `"${owner}" has this output key already`));
  }
  return { ids: new Set(idAt.keys()), idOfKey };
}

function duplicate(path: PropertyKey[], got: string, message: string): Issue {
  const code = path.at(-1) === 'id' ? 'duplicate_id' : 'duplicate_output_key';
  return { code, path: formatPath(path), message, got: `"${got}"`, hint: 'give each action a name of its own' };
}

function reserved(path: PropertyKey[], got: string): Issue {
  return {
    code: 'reserved_name',
    path: formatPath(path),
    message: `"${got}" means something in expressions already`,
    got: `"${got}"`,
    allowed: `any name but ${[...RESERVED_NAMES].join(', ')}`,
    hint: `for example "${got}_1", or a name that says more`,
  };
}
