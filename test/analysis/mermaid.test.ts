// @vitest-environment jsdom
// Mermaid cleans labels with a sanitizer that needs a document, even where it only parses.
import * as fc from 'fast-check';
import mermaid from 'mermaid';
import { beforeAll, describe, expect, it } from 'vitest';
import { analysePlan } from '../../lib/analysis/analyse.ts';
import { analysisMermaid } from '../../lib/analysis/mermaid.ts';
import { hostileAnalysis } from './hostile.ts';
import { planOf, replenishment } from './plans.ts';

interface Flowchart {
  getVertices(): Map<string, { text: string; type: string; classes: string[] }>;
  getEdges(): { start: string; end: string; text: string; stroke: string }[];
}

/** What Mermaid itself reads; it knows the kind of diagram only after its first parse. */
async function read(source: string): Promise<Flowchart> {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(source);
  return db as unknown as Flowchart;
}

/** Entity codes as Mermaid keeps them until it draws. */
function decoded(text: string): string {
  return text.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

beforeAll(async () => {
  await mermaid.parse('flowchart LR');
});

describe('analysisMermaid', () => {
  it('draws a plan', () => {
    const diagram = analysisMermaid(analysePlan(replenishment()));

    expect(diagram).toBe(`\
flowchart LR
  n0["reorder<br/>calculate_reorder_points<br/>1.0 s"]
  n1["vendors<br/>rank_vendors<br/>5.0 s"]
  n2["audit<br/>audit_orders<br/>5.0 s"]
  n3{{"orders<br/>allocate_orders<br/>5.0 s<br/>when #36;count(#36;reorder.lines) #62; 0"}}
  n4["quote_a<br/>ask_carrier<br/>2.0 s"]
  n5["quote_b<br/>ask_carrier<br/>4.0 s"]
  n6(["quote<br/>accept_quote<br/>1.0 s<br/>first of"])
  n7[["routes<br/>plan_route<br/>1.0 s<br/>for each item<br/>sync"]]
  n8["notify<br/>notify_planner<br/>1.0 s<br/>not awaited"]
  n0 --> n3
  n1 --> n3
  n0 -->|"explicit"| n5
  n4 -->|"explicit"| n6
  n5 -->|"explicit"| n6
  n3 --> n7
  n7 -.->|"fence"| n8
  n2 -.->|"conflict on orders"| n3
  linkStyle 1,5,6 stroke-width:4px
  linkStyle 7 stroke:firebrick,stroke-dasharray:6 3,stroke-width:4px
  classDef critical stroke-width:4px
  class n1,n2,n3,n7,n8 critical
  classDef unawaited stroke-dasharray:5 5
  class n8 unawaited`);
  });

  it('is read by Mermaid as it is meant', async () => {
    const diagram = analysisMermaid(analysePlan(replenishment()));

    const chart = await read(diagram);

    const nodes = [...chart.getVertices().values()].map(({ text, type, classes }) => {
      return [decoded(text).split('<br>')[0], type, ...classes].join(' ');
    });
    expect(nodes).toEqual([
      'reorder square',
      'vendors square critical',
      'audit square critical',
      'orders hexagon critical',
      'quote_a square',
      'quote_b square',
      'quote stadium',
      'routes subroutine critical',
      'notify square critical unawaited',
    ]);
    expect(chart.getEdges().map(({ start, end, stroke, text }) => `${start} ${end} ${stroke} ${text}`.trim())).toEqual([
      'n0 n3 normal',
      'n1 n3 normal',
      'n0 n5 normal explicit',
      'n4 n6 normal explicit',
      'n5 n6 normal explicit',
      'n3 n7 normal',
      'n7 n8 dotted fence',
      'n2 n3 dotted conflict on orders',
    ]);
  });

  it('leaves out edges that others imply, but no candidate of a race', () => {
    const plan = planOf([
      { id: 'a' },
      { id: 'b', input: '$a' },
      { id: 'c', input: ['$a', '$b'] },
      { id: 'd', join: 'any', input: ['$b', '$c'] },
    ]);

    const diagram = analysisMermaid(analysePlan(plan));

    const arrows = diagram.split('\n').filter((line) => line.includes('-->'));
    expect(arrows).toEqual(['  n0 --> n1', '  n1 --> n2', '  n1 --> n3', '  n2 --> n3']);
  });

  it('is drawn from the top down when it is deep', () => {
    const chain = Array.from({ length: 9 }, (_, index) => ({
      id: `s${index}`,
      depends_on: index === 0 ? [] : [`s${index - 1}`],
    }));

    expect(analysisMermaid(analysePlan(planOf(chain)))).toMatch(/^flowchart TD\n/);
    expect(analysisMermaid(analysePlan(planOf(chain.slice(0, 8))))).toMatch(/^flowchart LR\n/);
  });

  it('lets no text of the plan out of its label', async () => {
    await fc.assert(
      fc.asyncProperty(hostileAnalysis, async (analysis) => {
        const diagram = analysisMermaid(analysis);

        const chart = await read(diagram);
        const vertices = [...chart.getVertices()];
        expect(vertices.map(([name]) => name)).toEqual(analysis.actions.map((_, index) => `n${index}`));
        for (const [index, [, { text }]] of vertices.entries()) {
          expect(decoded(text).split('<br>')[0]).toMatch(new RegExp(`${index}$|\\.\\.\\.$`));
          expect(text.replaceAll('<br>', '')).not.toMatch(/[<>&"`$%{}]/);
        }
        expect(chart.getEdges().length).toBe(diagram.split('\n').filter((line) => / -\.?->/.test(line)).length);
        for (const { text } of chart.getEdges()) expect(text).not.toMatch(/[<>&"`$%{}]/);
      }),
      { numRuns: 100 },
    );
  });
});
