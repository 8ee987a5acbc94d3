/**
 * Random plans with a script of what each attempt of each call does. The generator keeps its own account of what depends
 * on what, so that tests compare the engine with something that shares no code with it.
 */
import * as fc from 'fast-check';
import { conditionIn, LISTS, listIn, NAMES, type Place, type Rich, rich as richPart, usedIn } from './rich-plan.ts';

/** `returned`: the envelope of a permanent failure, returned also where it was to be thrown. */
export type AttemptEnd = 'ok' | 'retryable' | 'permanent' | 'throttled' | 'crash' | 'hang' | 'returned';

export interface RandomAction {
  id: string;
  tool: 'reader' | 'writer' | 'fragile';
  /** Earlier actions whose result it refers to, or names in depends_on. */
  refersTo: string[];
  dependsOn: string[];
  join: 'all' | 'any';
  mode: 'async' | 'sync' | 'fire_and_forget';
  when: 'none' | 'true' | 'false' | 'nothing';
  /** Length of its list; undefined for a single call. */
  items: number | undefined;
  listFrom: 'literal' | 'reference';
  fallback: boolean;
  priority: number;
  reads: string[];
  writes: string[];
  timeoutSeconds: number;
  maxAttempts: number;
  /** What each attempt does, the last repeating, and how long it takes. */
  script: { end: AttemptEnd; seconds: number }[];
  /** Only of a rich plan. */
  rich?: Rich | undefined;
}

export interface RandomPlan {
  actions: RandomAction[];
  onFailure: 'continue' | 'stop';
  maxParallel: number | undefined;
  cap: number | undefined;
  /** One after another in listed order. */
  isSerial: boolean;
  /** Of the whole run. */
  timeoutSeconds: number | undefined;
}

export interface PlanShape {
  /** Whether attempts may fail or hang; else all succeed within their time. */
  failures: boolean;
  /** Whether lanes and caps may be scarce. */
  scarce: boolean;
  /** Whether plans say more than their structure needs: see `rich-plan.ts`. Much of it fails. */
  rich?: boolean;
  /** Whether runs may have a limit of time, which some of them meet. */
  limited?: boolean;
  maxActions?: number;
}

const RESOURCES = ['stock:A', 'stock:B', 'orders'];

const FAILURES: readonly AttemptEnd[] = ['retryable', 'permanent', 'throttled', 'crash', 'hang', 'returned'];

export function randomPlan({
  failures,
  scarce,
  rich = false,
  limited = false,
  maxActions = 9,
}: PlanShape): fc.Arbitrary<RandomPlan> {
  const attempt = fc.record({
    end: failures
      ? fc.oneof(
          { weight: 5, arbitrary: fc.constant<AttemptEnd>('ok') },
          { weight: 3, arbitrary: fc.constantFrom(...FAILURES) },
        )
      : fc.constant<AttemptEnd>('ok'),
    seconds: fc.integer({ min: 1, max: 9 }).map((seconds) => seconds / 2),
  });
  const action = fc.record({
    tool: fc.constantFrom('reader' as const, 'writer' as const, 'fragile' as const),
    parents: fc.array(fc.nat(), { maxLength: 3 }),
    explicit: fc.array(fc.nat(), { maxLength: 1 }),
    join: fc.constantFrom('all' as const, 'all' as const, 'any' as const),
    mode: fc.constantFrom(...(['async', 'async', 'async', 'async', 'sync', 'fire_and_forget'] as const)),
    when: failures
      ? fc.constantFrom(...(['none', 'none', 'none', 'true', 'false', 'nothing'] as const))
      : fc.constantFrom('none' as const, 'true' as const),
    items: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 4, nil: undefined }),
    listFrom: fc.constantFrom('literal' as const, 'reference' as const),
    fallback: fc.boolean(),
    priority: fc.integer({ min: 0, max: 2 }),
    reads: fc.subarray(RESOURCES, { maxLength: 1 }),
    writes: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, fc.subarray(RESOURCES, { maxLength: 2 })),
    timeoutSeconds: failures ? fc.integer({ min: 1, max: 6 }) : fc.constant(10),
    maxAttempts: fc.integer({ min: 0, max: 2 }),
    script: fc.array(attempt, { minLength: 1, maxLength: 4 }),
    rich: rich ? richPart : fc.constant(undefined),
  });
  return fc
    .record({
      drafts: fc.array(action, { minLength: 1, maxLength: maxActions }),
      onFailure: fc.constantFrom('continue' as const, 'stop' as const),
      maxParallel: scarce ? fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }) : fc.constant(undefined),
      cap: scarce ? fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }) : fc.constant(undefined),
      isSerial: scarce ? fc.integer({ min: 0, max: 9 }).map((number) => number === 9) : fc.constant(false),
      timeoutSeconds: limited
        ? fc.option(fc.integer({ min: 2, max: 30 }), { nil: undefined, freq: 2 })
        : fc.constant(undefined),
    })
    .map(({ drafts, ...settings }) => {
      const actions: RandomAction[] = [];
      for (const [index, { parents, explicit, ...draft }] of drafts.entries()) {
        const awaitable = actions.filter(({ mode }) => mode !== 'fire_and_forget').map(({ id }) => id);
        const pick = (numbers: number[]) =>
          awaitable.length === 0 ? [] : [...new Set(numbers.map((number) => awaitable[number % awaitable.length]!))];
        const refersTo = pick(parents);
        const dependsOn = pick(explicit);
        const join = refersTo.length + dependsOn.length > 0 ? draft.join : 'all';
        const listFrom = refersTo.length > 0 && join === 'all' ? draft.listFrom : 'literal';
        actions.push({ id: `a${index}`, ...draft, refersTo, dependsOn, join, listFrom });
      }
      return { actions, ...settings };
    });
}

/** The plan as an agent would write it. */
export function asDocument(plan: RandomPlan): unknown {
  const { actions, onFailure, maxParallel, isSerial, timeoutSeconds } = plan;
  return {
    settings: {
      on_failure: onFailure,
      ...(maxParallel && { max_parallel: maxParallel }),
      ...(isSerial && { parallel: false }),
      ...(timeoutSeconds && { timeout_seconds: timeoutSeconds }),
    },
    actions: actions.map((action) => {
      const { id, rich } = action;
      const place = placeOf(plan, action);
      const when = (rich && conditionIn(rich, place)) ?? WHEN[action.when];
      return {
        id,
        tool: action.tool,
        ...(rich?.isNamed && { output_key: keyOf(plan, id) }),
        input: {
          id,
          ...Object.fromEntries(action.refersTo.map((other) => [other, `$${keyOf(plan, other)}`])),
          ...(action.items !== undefined && { item: '$item', index: '$index' }),
          ...(rich && usedIn(rich, place)),
        },
        depends_on: action.dependsOn,
        join: action.join,
        mode: action.mode,
        ...(when !== undefined && { when }),
        ...(action.items !== undefined && { for_each: (rich && listIn(rich, place)) ?? listOf(plan, action) }),
        ...(action.fallback && { fallback: { fellBack: id, ...LISTS } }),
        priority: action.priority,
        reads: action.reads,
        writes: action.writes,
        timeout_seconds: action.timeoutSeconds,
        retry: { ...rich?.retry, max_attempts: action.maxAttempts },
      };
    }),
  };
}

const WHEN = { none: undefined, true: '1 = 1', false: '1 = 2', nothing: '$inputs.nothing' };

/** The name under which others refer to an action's result. */
function keyOf({ actions }: RandomPlan, id: string): string {
  const index = actions.findIndex((action) => action.id === id);
  return (actions[index]!.rich?.isNamed && NAMES[index]) || id;
}

function placeOf(plan: RandomPlan, { refersTo, items, join }: RandomAction): Place {
  const keys = refersTo.map((id) => keyOf(plan, id));
  const results = keys.length === 0 ? undefined : { first: keys[0]!, last: keys.at(-1)! };
  return { results, isList: items !== undefined, isJoin: join === 'any' };
}

function listOf(plan: RandomPlan, { listFrom, items, refersTo }: RandomAction): unknown {
  if (listFrom === 'literal') return Array.from({ length: items! }, (_, index) => index);
  const key = keyOf(plan, refersTo[0]!);
  return `{% $type($${key}) = 'array' ? $${key} : $${key}.list${items} %}`;
}

/** Everything an action waits for, by the generator's own account; conflicts apart. */
export function awaited(plan: RandomPlan, action: RandomAction): string[] {
  const before = plan.actions.slice(0, plan.actions.indexOf(action));
  const fences = before.filter(({ mode }) => mode === 'sync').map(({ id }) => id);
  return [...new Set([...action.refersTo, ...action.dependsOn, ...fences])];
}

export function required({ refersTo, dependsOn }: RandomAction): string[] {
  return [...new Set([...refersTo, ...dependsOn])];
}

/** Whether two actions touch one resource and at least one writes. */
export function inConflict(a: RandomAction, b: RandomAction): boolean {
  const touches = (writes: string[], other: RandomAction) =>
    writes.some((resource) => other.reads.includes(resource) || other.writes.includes(resource));
  return touches(a.writes, b) || touches(b.writes, a);
}

/** How many items a list has when nothing failed: a reference to another list takes that one as it is. */
export function listLength(plan: RandomPlan, { items, listFrom, refersTo }: RandomAction): number {
  const source = listFrom === 'reference' ? plan.actions.find(({ id }) => id === refersTo[0]) : undefined;
  return source === undefined || source.items === undefined ? items! : listLength(plan, source);
}
