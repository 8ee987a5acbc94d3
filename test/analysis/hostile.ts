/** Texts that try to be taken for something else, put wherever a plan or a tool may put text. */
import * as fc from 'fast-check';
import { analysePlan } from '../../lib/analysis/analyse.ts';
import type { Analysis } from '../../lib/analysis/analysis.ts';
import { randomPlan } from './plans.ts';

const HOSTILE = [
  'end',
  'a"] --> b["c',
  'x#quot;y;z #35; #',
  '%%{init: {"theme":"dark"}}%%',
  '%% comment',
  '"]\n  click n0 "javascript:alert(1)"\n  n0["',
  '<img src=x onerror=alert(1)>&lt;b&gt;',
  '`**bold**` $$x^2$$ fa:fa-trash',
  '```\n---\ntitle: x\n---',
  'subgraph one\nend',
  'ﬂ°°60¶ßscriptﬂ°°62¶ß',
  '\u001b[31mred\u001b[0m\u001b]0;title\u0007 \u009b2J',
  'abc\u202edef\u200b\u0000\r\nnext',
  '\ud800 lone',
  '訂單 👩‍👩‍👧 e\u0301',
  '__proto__',
  'w'.repeat(300),
  '',
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.array(fc.constantFrom(...HOSTILE, ' ', '\n'), { maxLength: 3 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** The analysis of a random plan, every text of it replaced by a hostile one. Ids stay unique. */
export const hostileAnalysis: fc.Arbitrary<Analysis> = fc
  .tuple(randomPlan({ races: true, limits: true }), fc.infiniteStream(hostileText))
  .map(([plan, texts]) => {
    const text = () => texts.next().value as string;
    const analysis = analysePlan(plan);
    const renamed = new Map(analysis.actions.map(({ id }, index) => [id, `${text()}${index}`]));
    const rename = (id: string) => renamed.get(id)!;
    return {
      ...analysis,
      name: text(),
      actions: analysis.actions.map((action) => ({
        ...action,
        id: rename(action.id),
        tool_name: text(),
        when: action.wave % 2 === 0 ? null : text(),
        loses_to: action.loses_to === null ? null : rename(action.loses_to),
      })),
      edges: analysis.edges.map((edge) => ({
        ...edge,
        from: rename(edge.from),
        to: rename(edge.to),
        ...(edge.resource !== undefined && { resource: text() }),
      })),
      waves: analysis.waves.map((ids) => ids.map(rename)),
      critical_path: { ...analysis.critical_path, ids: analysis.critical_path.ids.map(rename) },
      engine: { ...analysis.engine, reasons: [text(), text()] },
      warnings: [text(), ...analysis.warnings],
    };
  });
