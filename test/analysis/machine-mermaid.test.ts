// @vitest-environment jsdom
// Mermaid cleans labels with a sanitizer that needs a document, even where it only parses.
import * as fc from 'fast-check';
import mermaid from 'mermaid';
import { beforeAll, describe, expect, it } from 'vitest';
import { machineMermaid } from '../../lib/analysis/machine-mermaid.ts';
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import { compilePlan } from '../../lib/compiler/compile.ts';
import { hostileText } from './hostile.ts';
import { planOf, randomPlan, replenishment } from './plans.ts';

interface Flowchart {
  getVertices(): Map<string, unknown>;
  getEdges(): { start: string; end: string; stroke: string }[];
  getSubGraphs(): { id: string; title: string; nodes: string[] }[];
}

async function read(source: string): Promise<Flowchart> {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(source);
  return db as unknown as Flowchart;
}

function drawingOf(plan: Parameters<typeof compilePlan>[0]): string {
  return machineMermaid(compilePlan(plan, { type: 'STANDARD' }).definition);
}

beforeAll(async () => {
  await mermaid.parse('flowchart LR');
});

describe('machineMermaid', () => {
  it('draws a machine', () => {
    expect(
      drawingOf(
        planOf(
          [
            { id: 'a' },
            { id: 'b', input: '$a', when: '$a.x' },
            { id: 'c', for_each: '$a' },
            { id: 'd', join: 'any', depends_on: ['b', 'c'] },
          ],
          { settings: { on_failure: 'stop' } },
        ),
      ),
    ).toBe(`\
flowchart TD
  subgraph s0["d race"]
    s4["a"]
    subgraph s5["Parallel 2"]
      s6["b"]
      s7[["b won"]]
      s6 --> s7
      subgraph s8["c list, for each"]
        s11["c"]
      end
      s9{"c ended"}
      s10[["c won"]]
      s8 --> s9
      s9 --> s10
    end
    s4 --> s5
  end
  s1["d"]
  s2{"d skipped#63;"}
  s3[["d failed"]]
  s0 --> s1
  s1 -.-> s2
  s2 -.-> s3`);
  });

  it('is read by Mermaid as it is meant', async () => {
    const chart = await read(drawingOf(replenishment()));

    const { nodes } = chart.getSubGraphs().find(({ title }) => title === 'routes list, for each')!;
    expect(nodes).toHaveLength(1);
    expect(chart.getEdges().every(({ stroke }) => ['normal', 'dotted'].includes(stroke))).toBe(true);
  });

  it('of every plan can be read', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan({ races: true, limits: true }), async (plan) => {
        const drawing = drawingOf(plan);

        const chart = await read(drawing);
        const defined = [...drawing.matchAll(/^ +(?:subgraph )?(s\d+)["[{(]/gm)].map(([, node]) => node);
        const used = chart.getEdges().flatMap(({ start, end }) => [start, end]);
        expect(new Set(defined).size).toBe(defined.length);
        expect(used.filter((node) => !defined.includes(node))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('lets no name of a state out of its label', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (one, other) => {
        const machine: MachineDefinition = {
          StartAt: `A${one}`,
          States: {
            [`A${one}`]: {
              Type: 'Parallel',
              Branches: [{ StartAt: `C${one}`, States: { [`C${one}`]: { Type: 'Pass', End: true } } }],
              Next: `B${other}`,
            },
            [`B${other}`]: { Type: 'Fail' },
          },
        };

        const chart = await read(machineMermaid(machine));

        expect([...chart.getVertices().keys()].sort()).toEqual(['s0', 's1', 's2']);
        expect(chart.getEdges().map(({ start, end }) => `${start} ${end}`)).toEqual(['s0 s1']);
        expect(chart.getSubGraphs().map(({ id }) => id)).toEqual(['s0']);
      }),
      { numRuns: 60 },
    );
  });
});
