/**
 * The conformance corpus: what AWS answered, against what the command line does. Skipped where the corpus is not there.
 * Events of Parallel are compared as the corpus's recorder left them: see docs/asl-support.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { file, stepweave } from '../cli/support.ts';

interface Case {
  id: string;
  queryLanguage: string;
  stateMachineType: string;
  definition: object;
  input: unknown;
  lambdas?: object;
  expect: object;
}

interface Result {
  events: { type: string }[];
  eventTypes: string[];
}

type Compare = (expected: object, got: object) => [kind: string, message: string][];

const corpus = fileURLToPath(new URL('../../../shared/conformance', import.meta.url));
const isThere = existsSync(`${corpus}/run.mjs`);
if (!isThere) console.warn('skipped: the conformance corpus ../shared/conformance is not there');

const names = isThere ? readdirSync(`${corpus}/dev`).filter((name) => name !== 'index.json') : [];
const cases = names.map((name): Case => JSON.parse(readFileSync(`${corpus}/dev/${name}`, 'utf8')));

async function result(given: Case): Promise<Result> {
  const { stdout } = await stepweave([
    ...['asl', 'run', file(given.definition), '--input', file(JSON.stringify(given.input))],
    ...['--lambdas', file(given.lambdas ?? {}), '--type', given.stateMachineType],
  ]);
  const printed: Result = JSON.parse(stdout);
  return { ...printed, eventTypes: printed.events.map(({ type }) => type) };
}

const ENDS = ['ParallelStateSucceeded', 'ParallelStateAborted', 'ParallelStateExited', 'ParallelStateFailed'];

/**
 * What upstream's `SfnNoneRecursiveParallelTransformer` makes of a history before it is stored: it sorts what is inside a
 * Parallel, at each event that ends one, and so loses the events between the first of these and the last.
 */
function asRecorded(types: readonly string[]): string[] {
  const events = [...types];
  let inside: string[] = [];
  let from = 0;
  let isInside = false;
  for (let at = 0; at < events.length; at++) {
    const type = events[at]!;
    if (ENDS.includes(type)) {
      events.splice(from, at - from, ...inside);
      isInside = false;
    } else if (type === 'ParallelStateStarted') {
      [isInside, inside, from] = [true, [], at + 1];
    } else if (isInside) inside.push(type);
  }
  return events;
}

describe.skipIf(!isThere)('the conformance corpus', async () => {
  const compare: Compare = isThere ? (await import(`${corpus}/run.mjs`)).compare : () => [];

  it.each(cases.map((given) => [given.queryLanguage, given.id, given] as const))('%s: %s', async (_, __, given) => {
    const got = await result(given);

    const differences = compare(given.expect, got);
    const asStored = compare(given.expect, { ...got, eventTypes: asRecorded(got.eventTypes) });
    expect(differences.length === 0 ? differences : asStored).toEqual([]);
  });
});
