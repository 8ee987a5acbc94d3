/** docs/plan-format.md says what the code does. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MAX_OWN_MS, MAX_SIZE, MAX_STEPS } from '../../lib/asl/bounded-jsonata.ts';
import { MAX_PAYLOAD_BYTES } from '../../lib/asl/limits.ts';
import { MAX_NESTING } from '../../lib/core/json.ts';
import { resolveTemplate } from '../../lib/plan/evaluate.ts';
import {
  isProblem,
  MAX_EXPRESSION_DEPTH,
  MAX_EXPRESSION_LENGTH,
  MAX_RANGE,
  parseExpression,
} from '../../lib/plan/expression.ts';
import { EXPRESSION_FUNCTIONS, NAME_MAX_LENGTH, RESERVED_NAMES } from '../../lib/plan/names.ts';
import { MAX_RESOURCE_NAMES } from '../../lib/plan/resources.ts';
import { actionSchema, planSchema, settingsSchema } from '../../lib/plan/schema.ts';
import { DEFAULT_RETRY, RETRY_LIMITS, retrySchema } from '../../lib/tools/retry.ts';
import { issuesOf, prepare, scope, template, tool } from './plans.ts';

const doc = readFileSync(new URL('../../docs/plan-format.md', import.meta.url), 'utf8');

/** The rows of the table whose first heading is `heading`, each as its cells. */
function table(heading: string): string[][] {
  const rows = doc
    .slice(doc.indexOf(`\n| ${heading} |`) + 1)
    .split('\n\n')[0]!
    .trim()
    .split('\n');
  return rows.slice(2).map((row) => row.slice(2, -2).split(' | '));
}

/** What stands in backticks. */
function codes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
}

function section(heading: string): string {
  return doc.slice(doc.indexOf(`\n## ${heading}\n`)).split('\n## ')[1]!;
}

const blocks = [...doc.matchAll(/```json\n(.*?)```/gs)].map((match) => JSON.parse(match[1]!));
const plans = blocks.filter((block) => 'actions' in block);

describe('docs/plan-format.md', () => {
  it.each(plans.map((plan, index) => [index + 1, plan]))('shows plans that are accepted: number %i', (_, plan) => {
    const names = new Set<string>(plan.actions.map((action: { tool: string }) => action.tool));

    expect(
      issuesOf(
        plan,
        [...names].map((name) => tool(name)),
      ),
    ).toEqual([]);
  });

  it('shows the order that conflicts make', () => {
    const plan = plans.find(({ actions }) => actions[0].reads !== undefined);

    const { edges } = prepare(
      plan,
      ['count_stock', 'move_stock', 'audit_stock'].map((name) => tool(name)),
    ).dependencies;

    expect(edges.map(({ from, to, kinds }) => `${from} -> ${to} ${kinds}`)).toEqual([
      'look -> move conflict',
      'move -> audit conflict',
    ]);
  });

  const results = blocks.find((block) => !('actions' in block));
  it.each(table('string').map(([string, becomes]) => [string!.slice(1, -1), becomes!.slice(1, -1)]))(
    'tells what %s becomes',
    async (string, becomes) => {
      const value = await resolveTemplate(template(string!), scope(results), ['input']);

      expect(JSON.stringify(value)).toBe(becomes);
    },
  );

  it.each([
    ['setting', settingsSchema],
    ['field of `retry`', retrySchema],
  ])('lists every %s', (heading, schema) => {
    expect(table(heading).flatMap(([name]) => codes(name!))).toEqual(Object.keys(schema.shape));
  });

  it('lists every field of a plan and of an action', () => {
    const fields = [planSchema, actionSchema].map(({ shape }) => Object.keys(shape));
    const afterPlan = doc.slice(doc.indexOf('\n## Actions'));
    const actionRows = afterPlan.slice(afterPlan.indexOf('\n| field |')).split('\n\n')[0]!.split('\n').slice(3);

    expect(table('field').flatMap(([name]) => codes(name!))).toEqual(fields[0]);
    expect(actionRows.flatMap((row) => codes(row.split(' | ')[0]!))).toEqual(fields[1]);
  });

  it('tells the defaults of retries', () => {
    const defaults = table('field of `retry`').map(([, , value]) => codes(value!)[0]);

    const { maxAttempts, intervalSeconds, backoffRate, jitter } = DEFAULT_RETRY;
    expect(defaults).toEqual([`${maxAttempts}`, `${intervalSeconds}`, `${backoffRate}`, undefined, jitter]);
  });

  it('lists every function', () => {
    const listed = table('about').flatMap(([, functions]) => codes(functions!));

    expect(listed.toSorted()).toEqual([...EXPRESSION_FUNCTIONS].map((name) => `$${name}`).toSorted());
  });

  it('lists every reserved name', () => {
    const reserved = codes(/Reserved are (.*?)functions/s.exec(doc)![1]!);

    expect(reserved).toEqual([...RESERVED_NAMES].filter((name) => !EXPRESSION_FUNCTIONS.has(name)));
  });

  it('shows forms of expressions that are allowed', () => {
    const forms = table('form')
      .filter(([name]) => !['arithmetic', 'comparison', 'logic'].includes(name!))
      .flatMap(([, example]) => codes(example!));

    expect(forms.filter((form) => isProblem(parseExpression(form, form)))).toEqual([]);
    expect(forms.length).toBeGreaterThan(10);
  });

  it('tells the limits', () => {
    const limits = Object.fromEntries(
      table('what').map(([what, limit]) => [what, limit!.match(/[\d,]*\d/g)!.join(' ')]),
    );

    const written = (n: number) => n.toLocaleString('en-US');
    expect(limits).toEqual({
      'an id or output key': written(NAME_MAX_LENGTH),
      'the name of a plan': written(settingsSchema.shape.name.unwrap().maxLength!),
      'nesting of the document, of the inputs of a run and of a result': written(MAX_NESTING),
      'the inputs, lists and fallbacks of a plan, each and together': written(MAX_PAYLOAD_BYTES),
      'an expression': `${written(MAX_EXPRESSION_LENGTH)} ${written(MAX_EXPRESSION_DEPTH)}`,
      'a range in an expression': written(MAX_RANGE),
      'the evaluation of an expression': `${written(MAX_STEPS)} ${MAX_OWN_MS / 1000} ${written(MAX_SIZE)}`,
      'the resources that the literal lists of an action name': written(MAX_RESOURCE_NAMES),
      'a timeout, an interval, the number of tries': written(RETRY_LIMITS.number),
    });
    expect(section('Retries and timeouts')).toContain(written(RETRY_LIMITS.maxDelaySeconds));
  });

  it('lists codes of issues that there are', () => {
    const sources = ['plan', 'compiler', 'core'].flatMap((folder) => {
      const url = new URL(`../../lib/${folder}/`, import.meta.url);
      const files = readdirSync(url).filter((name) => name.endsWith('.ts'));
      return files.map((name) => readFileSync(new URL(name, url), 'utf8'));
    });

    const listed = table('code').flatMap(([code]) => codes(code!));

    expect(listed.filter((code) => !sources.some((source) => source.includes(`'${code}'`)))).toEqual([]);
    expect(listed.length).toBeGreaterThan(20);
  });

  it('has no link into nothing', () => {
    const anchors = [...doc.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1]!);
    const headings = [...doc.matchAll(/^#+ (.*)$/gm)].map((match) => slug(match[1]!));

    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });
});

/** As GitHub makes it. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
