import { describe, expect, it } from 'vitest';
import { call, evaluated, machine, outputOf, run, START } from '../support/executions.ts';

async function causeOf(expression: string): Promise<string> {
  const { end, events } = await run(machine({ P: { Type: 'Pass', Output: `{% ${expression} %}` } }));
  expect(end).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(events.find(({ type }) => type === 'EvaluationFailed')?.evaluationFailedEventDetails).toMatchObject({
    location: 'Output',
    state: 'P',
  });
  return (end as { cause: string }).cause;
}

describe('expressions', () => {
  it('are the texts that are wholly marked, at any depth; all else stays as it is', async () => {
    const Output = { a: ['{% $states.input.n %}', ' {% 1 %}', '{% 1 %} ', '$x'], b: { c: "{% 'x' & 'y' %}" }, d: null };

    expect(await outputOf(machine({ P: { Type: 'Pass', Output } }), { input: { n: 7 } })).toEqual({
      a: [7, ' {% 1 %}', '{% 1 %} ', '$x'],
      b: { c: 'xy' },
      d: null,
    });
  });

  it('leave out what is nothing inside an object, and keep null', async () => {
    expect(await evaluated("{'a': $states.input.no, 'b': null, 'c': [$states.input.no, 1]}")).toEqual({
      b: null,
      c: [1],
    });
  });

  it('give lists that are read the next time as what they are', async () => {
    const definition = machine({
      A: { Type: 'Pass', Assign: { one: '{% [$states.input.list[n = 1]] %}', many: '{% $states.input.list.n %}' } },
      B: { Type: 'Pass', Output: { one: '{% $one %}', count: '{% $count($many) %}', again: '{% [$many] %}' } },
    });

    expect(await outputOf(definition, { input: { list: [{ n: 1 }, { n: 2 }] } })).toEqual({
      one: [{ n: 1 }],
      count: 2,
      again: [1, 2],
    });
  });

  it.each([
    [
      '$states.input.no',
      "The JSONata expression '$states.input.no' specified for the field 'Output' returned nothing (undefined).",
    ],
    ["$number('x')", 'threw an error during evaluation. D3030: Unable to cast value to a number: "x"'],
    ["$eval('1')", 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ['[1..900000]', 'threw an error during evaluation: Expression evaluation memory limit exceeded'],
    [`1${'+1'.repeat(200)}`, 'threw an error during evaluation: Stack overflow error'],
    ['($f := function($n){ $n * $f($n - 1) }; $f(1))', 'threw an error during evaluation: Stack overflow error'],
    ['($f := function($n){ $f($n) }; $f(1))', 'Expression evaluation timeout: Check for infinite loop'],
    [`$contains('${'a'.repeat(50)}!', /^(a+)+$/)`, 'Expression evaluation timeout: Check for infinite loop'],
    ['function($x){$x}', 'returned nothing (undefined).'],
  ])('fail a state as AWS words it: %s', async (expression, message) => {
    const cause = await causeOf(expression);

    expect(cause).toContain("An error occurred while executing the state 'P' (entered at the event id #2). ");
    expect(cause).toContain(message);
  });

  it('name the field and the place in it', async () => {
    const failing = async (state: object) => {
      const { end } = await run(machine({ S: state, Z: { Type: 'Succeed' } }));
      return /for the field '([^']*)'/.exec((end as { cause: string }).cause)?.[1];
    };
    const bad = '{% $no %}';

    expect(await failing({ Type: 'Pass', Output: { a: [1, { b: bad }] } })).toBe('Output/a[1]/b');
    expect(await failing({ Type: 'Pass', Assign: { x: bad } })).toBe('Assign/x');
    expect(await failing(call('f', { Arguments: { FunctionName: bad } }))).toBe('Arguments/FunctionName');
    expect(await failing(call('f', { TimeoutSeconds: bad }))).toBe('TimeoutSeconds');
    expect(await failing({ Type: 'Wait', Seconds: bad })).toBe('Seconds');
    expect(await failing({ Type: 'Fail', Error: bad })).toBe('Error');
    expect(
      await failing({
        Type: 'Choice',
        Choices: [
          { Condition: false, Next: 'Z' },
          { Condition: bad, Next: 'Z' },
        ],
      }),
    ).toBe('Choices[1]/Condition');
    expect(await failing({ Type: 'Choice', Choices: [{ Condition: true, Next: 'Z', Output: { v: bad } }] })).toBe(
      'Choices[0]/Output/v',
    );
    expect(await failing(call('g', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z', Output: { v: bad } }] }))).toBe(
      'Catch[0]/Output/v',
    );
  });

  it.each([
    [{ Type: 'Wait', Seconds: "{% 'x' %}" }, "Expected 'number', but was 'string' for value: \"x\""],
    [{ Type: 'Wait', Seconds: '{% -1 %}' }, 'not a number from 0'],
    [{ Type: 'Fail', Cause: '{% [1] %}' }, "Expected 'string', but was 'array' for value: [1]"],
    [
      { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'S' }] },
      "Expected 'boolean', but was 'number' for value: 1",
    ],
    [call('f', { TimeoutSeconds: '{% 0 %}' }), 'not a number from 1'],
    [call('f', { TimeoutSeconds: '{% 1.5 %}' }), 'not an integer from 1'],
  ])('must give what the field holds: %j', async (state, message) => {
    const { end } = await run(machine({ S: state }));

    expect(end).toMatchObject({ error: 'States.QueryEvaluationError', cause: expect.stringContaining(message) });
  });

  it('of a Task can be caught', async () => {
    const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'B' }];
    const definition = machine({
      A: call('f', { Arguments: { FunctionName: '{% $no %}' }, Catch, End: true }),
      B: { Type: 'Pass', Output: '{% $states.input.Error %}' },
    });

    const { end, types } = await run(definition);

    expect(end).toEqual({ status: 'SUCCEEDED', output: 'States.QueryEvaluationError' });
    expect(types.slice(1, 4)).toEqual(['TaskStateEntered', 'EvaluationFailed', 'TaskStateExited']);
  });

  it.each([
    ['$partition([1,2,3], 2)', [[1, 2], [3]]],
    ['$range(0, 10, 3)', [0, 3, 6, 9]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(9, 0, -4)', [9, 5, 1]],
    ["$hash('input', 'SHA-1')", '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
    ['$random(42)', 0.7275636800328681],
    [`$parse('{"a": [1]}').a`, [1]],
    ['$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/).index', 0],
    ['$millis()', START],
    ["$now('[Y0001]-[M01]')", '2026-01'],
    ['$sort([3, 1, 2], function($a, $b){ $a < $b })', [3, 2, 1]],
    ["$split('a1b22c', /\\d+/)", ['a', 'b', 'c']],
  ])('may use %s', async (expression, expected) => {
    expect(await evaluated(expression)).toEqual(expected);
  });

  it.each([
    '{}.constructor',
    '[{}].__proto__',
    "$lookup({}, 'constructor')",
    "{'a': 1}.a.constructor",
    '$states.input.constructor.constructor',
    '$states.input.`__proto__`',
    "$states.input.'toString'",
    '$sum.constructor',
  ])('reach nothing of JavaScript: %s', async (expression) => {
    expect(await evaluated(`$type(${expression})`, { a: {} }).catch((error: Error) => error.message)).toMatch(
      /undefined|returned nothing/,
    );
  });

  it('see own fields of such names', async () => {
    const input = JSON.parse(
      '{"constructor": 1, "__proto__": {"x": 2}, "list": [{"toString": 3}, {}, {"toString": 4}]}',
    );

    expect(
      await evaluated(
        '[constructor, __proto__.x, list.toString]'.replaceAll(/(constructor|__proto__|list)/g, '$$states.input.$1'),
        input,
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(await outputOf(machine({ P: { Type: 'Pass' } }), { input })).toEqual(input);
  });
});
