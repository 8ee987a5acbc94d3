/** docs/tool-calls.md says what the code does. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TOOL_CALL_FORMATS } from '../../../lib/plan/tool-calls/formats.ts';
import { MAX_TOOL_CALLS } from '../../../lib/plan/tool-calls/parse.ts';

const doc = readFileSync(new URL('../../../docs/tool-calls.md', import.meta.url), 'utf8');

/** The first cells of all tables with this heading. */
function firstCells(heading: string): string[] {
  return doc
    .split(`\n| ${heading} |`)
    .slice(1)
    .flatMap((table) => table.split('\n\n')[0]!.split('\n').slice(2))
    .flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!));
}

describe('docs/tool-calls.md', () => {
  it('lists every format, in both tables', () => {
    expect(firstCells('format')).toEqual([...TOOL_CALL_FORMATS, ...TOOL_CALL_FORMATS]);
  });

  it('lists every code that reading calls gives', () => {
    const sources = ['lib/plan/tool-calls', 'lib/plan'].map((folder) => {
      const url = new URL(`../../../${folder}/`, import.meta.url);
      return readdirSync(url)
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(new URL(name, url), 'utf8'))
        .join('\n');
    });
    const [own, all] = sources.map((text) => new Set([...text.matchAll(/code: '(\w+)'/g)].map((match) => match[1]!)));

    const listed = firstCells('code');

    expect([...own!].filter((code) => !listed.includes(code))).toEqual([]);
    expect(listed.filter((code) => !own!.has(code) && !all!.has(code))).toEqual([]);
  });

  it('tells how many calls there may be', () => {
    expect(doc).toContain(`more than ${MAX_TOOL_CALLS} calls`);
  });
});
