/** asl-validator as a second opinion: what it refuses in definitions that were broken on purpose, validation refuses too. */
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { validateDefinition } from '../../lib/asl/validate.ts';
import type { Json, JsonObject } from '../../lib/core/json.ts';

/** It has no types. */
const aslValidator: (definition: unknown) => { isValid: boolean } = createRequire(import.meta.url)('asl-validator');

const INVOKE = 'arn:aws:states:::lambda:invoke';
const SOUND: JsonObject = {
  QueryLanguage: 'JSONata',
  StartAt: 'Check',
  States: {
    Check: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.lines > 0 %}', Next: 'Each' }], Default: 'None' },
    None: { Type: 'Fail', Error: 'NoLines', Cause: 'there are no lines' },
    Each: {
      Type: 'Map',
      Items: '{% $states.input.items %}',
      MaxConcurrency: 4,
      ItemProcessor: {
        StartAt: 'Price',
        States: {
          Price: {
            Type: 'Task',
            Resource: INVOKE,
            Arguments: { FunctionName: 'price', Payload: '{% $states.input %}' },
            TimeoutSeconds: 10,
            Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Unpriced' }],
            End: true,
          },
          Unpriced: { Type: 'Pass', Output: { price: 0 }, End: true },
        },
      },
      Next: 'Both',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 1, End: true } } },
        { StartAt: 'Go', States: { Go: { Type: 'Succeed' } } },
      ],
      End: true,
    },
  },
};

type Path = (string | number)[];

/** Every member of the definition but those that take any value: asl-validator is wrong about these. */
function members(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return ['Arguments', 'Output'].includes(key) ? [] : [at, ...members(inner, at)];
  });
}

/** The definition with one member removed, or made something else. */
function broken(path: Path, put?: Json): JsonObject {
  const copy = structuredClone(SOUND);
  const parent = path
    .slice(0, -1)
    .reduce<Json>((value, key) => (value as JsonObject)[key as string]!, copy) as JsonObject;
  const last = path.at(-1) as string;
  if (put === undefined) delete parent[last];
  else parent[last] = put;
  return copy;
}

const refusedByOther = (definition: JsonObject) => {
  try {
    return !aslValidator(structuredClone(definition)).isValid;
  } catch {
    return false; // it expects the members that it looks into
  }
};

describe('a definition that both find sound', () => {
  test('is the one to break', () => {
    expect(refusedByOther(SOUND)).toBe(false);
    expect(validateDefinition(SOUND)).toEqual([]);
  });

  test.each<[string, Json | undefined]>([
    ['without a member', undefined],
    ['with a number in place of a member', -7],
    ['with a text in place of a member', 'Nowhere'],
  ])('is refused %s, if asl-validator refuses it', (_name, put) => {
    const overlooked = members(SOUND)
      .map((path) => ({ path: path.join('/'), definition: broken(path, put) }))
      .filter(({ definition }) => validateDefinition(definition).length === 0 && refusedByOther(definition))
      .map(({ path }) => path);

    expect(overlooked).toEqual([]);
  });
});
