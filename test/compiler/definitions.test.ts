/** Whole definitions, to be read: one for each feature of a plan, and those of the examples. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { machineTypeOf } from '../../lib/analysis/engine-choice.ts';
import { machineMermaid } from '../../lib/analysis/machine-mermaid.ts';
import { preparePlan } from '../../lib/compiler/prepare.ts';
import { builtInTools } from '../../lib/supply-chain/tools.ts';
import { toolRegistry } from '../../lib/tools/registry.ts';
import { compile, planOf, prettyJson, problemsOf } from './machines.ts';

const PLANS = {
  single: planOf([{ id: 'a', input: { x: 1 } }]),
  chain: planOf([
    { id: 'a' },
    {
      id: 'b',
      input: { all: '$a', part: '$a.lines[0].item', text: 'of ${a.name}', sum: '{% $sum($a.lines.count) %}' },
    },
  ]),
  'fan-out-and-in': planOf([
    { id: 'a' },
    { id: 'b', input: '$a' },
    { id: 'c', input: '$a' },
    { id: 'd', input: ['$b', '$c'] },
  ]),
  condition: planOf([{ id: 'a' }, { id: 'b', input: '$a.x', when: '$count($a.lines) > 0' }]),
  list: planOf([{ id: 'a', for_each: ['x', 'y'], input: { item: '$item', index: '$index' } }]),
  'list-of-reference': planOf([{ id: 'a' }, { id: 'b', for_each: '$a.lines', input: '$item', fallback: [] }]),
  fallback: planOf([
    { id: 'a', fallback: { lines: [] } },
    { id: 'b', input: '$a' },
  ]),
  'fire-and-forget': planOf([{ id: 'a' }, { id: 'b', mode: 'fire_and_forget', input: '$a' }]),
  stop: planOf([{ id: 'a' }, { id: 'b', input: '$a', when: '$a.x' }], { settings: { on_failure: 'stop' } }),
  race: planOf([{ id: 'a' }, { id: 'b', for_each: [1, 2] }, { id: 'c', join: 'any', input: ['$a', '$b', '$winner'] }]),
  'fence-and-conflict': planOf([
    { id: 'a', writes: ['stock'] },
    { id: 'b', reads: ['stock'] },
    { id: 'c', mode: 'sync' },
    { id: 'd' },
  ]),
  'timeout-and-retries': planOf(
    [
      { id: 'a', timeout_seconds: 5, retry: { max_attempts: 1, interval_seconds: 2, jitter: 'full' } },
      { id: 'b', tool: 'fragile' },
    ],
    { settings: { timeout_seconds: 60 } },
  ),
  lanes: planOf([{ id: 'a' }, { id: 'b' }, { id: 'c', for_each: '$inputs.list' }], { settings: { max_parallel: 2 } }),
};

describe('the definition of', () => {
  it.each(Object.entries(PLANS))('%s', async (name, plan) => {
    const compiled = compile(plan);

    expect(problemsOf(compiled)).toEqual([]);
    const { definition, input, states } = compiled;
    await expect(prettyJson({ definition, input, states })).toMatchFileSnapshot(`definitions/${name}.json`);
  });
});

describe('the example', () => {
  it.each(['replenish', 'scms-supplier-review'])('%s has its definition and its drawing beside it', async (name) => {
    const document = JSON.parse(readFileSync(`examples/${name}.json`, 'utf8'));
    const plan = preparePlan(document, toolRegistry(builtInTools));

    const compiled = compile(plan, { type: machineTypeOf(plan) });

    expect(problemsOf(compiled)).toEqual([]);
    await expect(prettyJson(compiled.definition)).toMatchFileSnapshot(`../../examples/${name}.asl.json`);
    await expect(`${machineMermaid(compiled.definition)}\n`).toMatchFileSnapshot(`../../examples/${name}.mmd`);
  });
});
