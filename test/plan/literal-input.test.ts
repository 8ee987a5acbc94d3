/** `literal_input`: nothing in the input is a reference, on either engine. */
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../lib/compiler/compile.ts';
import { VirtualClock } from '../../lib/core/clock.ts';
import { isJsonObject, type Json } from '../../lib/core/json.ts';
import { startDirectRun } from '../../lib/engine/direct/run.ts';
import { startExecution } from '../../lib/interpreter/execution.ts';
import { action, codesOf, issuesOfAction, plan, prepare, tool } from './plans.ts';

const texts = [
  '$first',
  '$first.total',
  '$nobody',
  '$$',
  '$[0]',
  '${first}',
  'a ${',
  '{% $first %}',
  '{% (',
  '$count(x)',
];
const document = plan(
  action('first', { input: { total: 1 } }),
  action('second', { input: { texts, $first: { deep: ['$first'] } }, literal_input: true }),
);
const expected = { texts, $first: { deep: ['$first'] } };

describe('a literal input', () => {
  it('is accepted whatever its texts look like, and depends on nothing', () => {
    const { actions, dependencies } = prepare(document);

    expect(dependencies.edges).toEqual([]);
    expect(actions[1]?.input).toEqual({ kind: 'literal', value: expected });
  });

  it('reaches the tool unchanged when run directly', async () => {
    const given: unknown[] = [];
    const invoker = {
      async invoke({ event }: { event: { input?: unknown } }) {
        given.push(event.input);
        return { ok: true as const, payload: null };
      },
    };

    await startDirectRun(prepare(document), { invoker, clock: new VirtualClock() }).result;

    expect(given).toContainEqual(expected);
  });

  it('reaches the tool unchanged through a state machine, and is no part of it', async () => {
    const given: Json[] = [];
    const compiled = compilePlan(prepare(document), { type: 'EXPRESS', inputs: {} });
    const execution = startExecution({
      ...compiled,
      context: {
        Execution: { Id: 'arn', Name: 'run', RoleArn: 'arn', StartTime: new Date(0).toISOString() },
        StateMachine: { Id: 'arn', Name: 'machine' },
      },
      tasks: {
        supports: () => true,
        async call({ arguments: call }) {
          if (isJsonObject(call) && isJsonObject(call['Payload'])) given.push(call['Payload']['input']!);
          return { ok: true, output: { StatusCode: 200, Payload: null } };
        },
      },
      clock: new VirtualClock(),
      random: () => 0.5,
    });

    const { status } = await execution.ended;

    expect(status).toBe('SUCCEEDED');
    expect(given).toContainEqual(expected);
    expect(JSON.stringify(compiled.definition)).not.toContain('nobody');
  });

  it('is checked against the tool like any other', () => {
    const schema = { properties: { n: { type: 'integer' } } };
    const input = { n: '$first' };

    const codes = (fields: object) =>
      codesOf(plan(action('first'), { ...action('a', { input }), ...fields }), [
        tool('work', { input_schema: schema }),
      ]);

    expect(codes({})).toEqual([]);
    expect(codes({ literal_input: true })).toEqual(['invalid_input actions[1].input.n']);
  });

  it('names resources, also by texts that look like references', () => {
    const fields = { input: { code: '$inputs.x' }, writes: ['stock:{code}'] };

    const [references, literal] = [false, true].map((literal_input) => {
      return prepare(plan(action('a', { ...fields, literal_input }))).actions[0]?.resources.writes;
    });

    expect(references).toEqual([{ name: 'stock:', exact: false }]);
    expect(literal).toEqual([{ name: 'stock:$inputs.x', exact: true }]);
  });

  it('is said by true or false', () => {
    expect(issuesOfAction({ literal_input: 'yes' })).toMatchObject([{ code: 'wrong_type', allowed: 'a boolean' }]);
  });
});
