/** Validation against what AWS answers: the wording of each case marked "AWS" was measured there by others (see the sources in lib/asl). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseDefinition, validateDefinition } from '../../lib/asl/validate.ts';
import type { Json } from '../../lib/core/json.ts';

type States = Record<string, Record<string, Json>>;

const INVOKE = 'arn:aws:states:::lambda:invoke';
const TASK = { Type: 'Task', Resource: INVOKE, End: true };
const PASS = { Type: 'Pass', End: true };

function machine(states: States, more: Record<string, Json> = {}) {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0] ?? 'A', States: states, ...more };
}

function path(states: States) {
  return { StartAt: Object.keys(states)[0] ?? 'A', States: states };
}

/** `location: CODE message` of each. */
function problems(document: unknown, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): string[] {
  return validateDefinition(document, { type }).map(
    ({ location, code, message }) => `${location ?? '-'}: ${code} ${message}`,
  );
}

const schema = (location: string, message: string) => `${location}: SCHEMA_VALIDATION_FAILED ${message}`;
const missing = (location: string, message: string) => `${location}: MISSING_TRANSITION_TARGET ${message}`;
const unsupported = (location: string, message: string) => `${location}: UNSUPPORTED_JSONATA_EXPRESSION ${message}`;

describe('the document', () => {
  test.each<[string, unknown, string[]]>([
    ['nothing in it (AWS)', {}, [schema('/', 'These fields are required: [States, StartAt]')]],
    ['no start (AWS)', { States: { A: PASS } }, [schema('/', 'These fields are required: [StartAt]')]],
    ['no object (AWS)', [], ['-: SCHEMA_VALIDATION_FAILED Definition must be a valid JSON object']],
    [
      'no states',
      { StartAt: 'A', States: {} },
      [
        schema('/States', 'Minimum length is 1'),
        missing('/StartAt', "Missing 'Next' target: A"),
        '-: MISSING_END_STATE Workflow has no terminal state',
      ],
    ],
    ['an unknown field', machine({ A: PASS }, { Timeout: 3 }), [schema('', "Field 'Timeout' is not supported")]],
    [
      'a comment that is no text',
      machine({ A: PASS }, { Comment: 3 }),
      [schema('/Comment', 'Expected value of type [STRING]')],
    ],
    [
      'a timeout of nothing',
      machine({ A: PASS }, { TimeoutSeconds: 0 }),
      [schema('/TimeoutSeconds', 'Minimum value is 1')],
    ],
    [
      'an unknown language (AWS)',
      machine({ A: PASS }, { QueryLanguage: 'jsonata' }),
      [schema('/QueryLanguage', 'Value should be one of the following: [JSONPath, JSONata]')],
    ],
    [
      'a language that is no text (AWS)',
      machine({ A: PASS }, { QueryLanguage: 5 }),
      [schema('/QueryLanguage', 'Expected value of type [STRING]')],
    ],
    [
      'a state that is none',
      machine({ A: 'Pass' as never }),
      [schema('/States/A', 'Expected value of type [OBJECT]'), '-: MISSING_END_STATE Workflow has no terminal state'],
    ],
    ['a state of no type', machine({ A: { End: true } }), [schema('/States/A', 'These fields are required: [Type]')]],
    [
      'a state of an unknown type',
      machine({ A: { Type: 'Stop', End: true } }),
      [
        schema(
          '/States/A/Type',
          'Value should be one of the following: [Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map]',
        ),
      ],
    ],
    [
      'a type that objects inherit',
      machine({ A: { Type: 'constructor', End: true } }),
      [expect.stringContaining('/States/A/Type')],
    ],
    ['a name of 81 characters', machine({ ['n'.repeat(81)]: PASS }), [expect.stringContaining('1 to 80 characters')]],
  ])('with %s is refused', (_name, document, expected) => {
    expect(problems(document)).toEqual(expected);
  });

  it('may be as JSON text', () => {
    expect(parseDefinition(JSON.stringify(machine({ A: PASS })))).toEqual({
      definition: machine({ A: PASS }),
      diagnostics: [],
    });
    expect(parseDefinition(' ').diagnostics).toMatchObject([{ message: 'Definition must be a valid JSON object' }]);
    expect(parseDefinition('not a definition').diagnostics).toMatchObject([{ code: 'INVALID_JSON_DESCRIPTION' }]);
    expect(parseDefinition(`${' '.repeat(1_048_576)}{}`).diagnostics).toMatchObject([
      { message: 'The definition is larger than 1048576 bytes' },
    ]);
  });

  it('is not changed', () => {
    const document = machine({ A: { ...TASK, Arguments: { FunctionName: 'f' } } });
    const before = structuredClone(document);

    validateDefinition(document);

    expect(document).toEqual(before);
  });

  it('may have names and keys that objects inherit', () => {
    const states = JSON.parse(
      '{"__proto__":{"Type":"Pass","Output":{"__proto__":"{% 1 %}"},"Next":"constructor"},"constructor":{"Type":"Succeed"}}',
    );

    expect(problems({ QueryLanguage: 'JSONata', StartAt: '__proto__', States: states })).toEqual([]);
    expect(problems(path({ A: { Type: 'Pass', Next: 'toString' }, B: PASS }))).toContain(
      missing('/States/A/Next', "Missing 'Next' target: toString"),
    );
  });
});

describe('transitions', () => {
  const pass = (Next: string) => ({ Type: 'Pass', Next });

  test.each<[string, unknown, string[]]>([
    ['no end (AWS)', path({ A: pass('B'), B: pass('A') }), ['-: MISSING_END_STATE Workflow has no terminal state']],
    [
      'no end, and what nobody reaches (AWS)',
      path({ A: pass('B'), B: pass('A'), C: pass('A') }),
      ['-: MISSING_END_STATE Workflow has no terminal state'],
    ],
    [
      'an end that nobody reaches (AWS)',
      path({ A: pass('B'), B: pass('A'), C: PASS }),
      [missing('/States/C', 'State "C" is not reachable.')],
    ],
    [
      'a target that is not there (AWS)',
      path({ A: pass('NOPE') }),
      [missing('/States/A/Next', "Missing 'Next' target: NOPE"), '-: MISSING_END_STATE Workflow has no terminal state'],
    ],
    [
      'a start that is not there (AWS)',
      { StartAt: 'Nope', States: { A: PASS } },
      [missing('/StartAt', "Missing 'Next' target: Nope"), missing('/States/A', 'State "A" is not reachable.')],
    ],
    [
      'a catcher that leads nowhere (AWS)',
      machine({ A: { ...TASK, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Ghost' }] } }),
      [missing('/States/A/Catch[0]/Next', "Missing 'Next' target: Ghost")],
    ],
    [
      'a rule and a default that lead nowhere (AWS)',
      machine({
        A: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Ghost' }], Default: 'Spirit' },
        B: PASS,
      }),
      [
        missing('/States/A/Choices[0]/Next', "Missing 'Next' target: Ghost"),
        missing('/States/A/Default', "Missing 'Next' target: Spirit"),
        missing('/States/B', 'State "B" is not reachable.'),
      ],
    ],
    [
      'what nobody reaches in a branch (AWS)',
      machine({
        P: { Type: 'Parallel', Branches: [{ StartAt: 'W', States: { W: PASS, 'a/b': PASS } }], End: true },
      }),
      [missing('/States/P/Branches[0]/States/a/b', 'State "a/b" is not reachable.')],
    ],
    [
      'a way out of a branch',
      machine({
        P: { Type: 'Parallel', Branches: [{ StartAt: 'W', States: { W: pass('Q') } }], Next: 'Q' },
        Q: PASS,
      }),
      [missing('/States/P/Branches[0]/States/W/Next', "Missing 'Next' target: Q")],
    ],
    [
      'the same name twice',
      machine({
        M: { Type: 'Map', ItemProcessor: { StartAt: 'X', States: { X: PASS } }, Next: 'X' },
        X: PASS,
      }),
      ['/States/M/ItemProcessor/States/X: DUPLICATE_STATE_NAME Duplicate State name: X'],
    ],
    [
      'both ways on',
      machine({ A: { Type: 'Pass', Next: 'B', End: true }, B: PASS }),
      [schema('/States/A', 'Exactly one of these fields is required: [Next, End]')],
    ],
    [
      'no way on',
      machine({ A: { Type: 'Pass' }, B: PASS }),
      [
        schema('/States/A', 'Exactly one of these fields is required: [Next, End]'),
        missing('/States/B', 'State "B" is not reachable.'),
      ],
    ],
  ])('with %s are refused', (_name, document, expected) => {
    expect(problems(document)).toEqual(expected);
  });

  it('may lead round in a branch for ever (AWS)', () => {
    const branch = { StartAt: 'A', States: { A: pass('B'), B: pass('A') } };

    expect(problems(path({ M: { Type: 'Map', ItemProcessor: branch, End: true } }))).toEqual([]);
  });
});

describe('fields', () => {
  const branches = [{ StartAt: 'W', States: { W: PASS } }];
  const processor = { StartAt: 'W', States: { W: PASS } };

  test.each<[string, unknown, string[]]>([
    [
      'TimeoutSeconds on Map (AWS)',
      machine({ M: { Type: 'Map', TimeoutSeconds: 5, ItemProcessor: processor, End: true } }),
      [schema('/States/M', "Field 'TimeoutSeconds' is not supported")],
    ],
    [
      'TimeoutSeconds on Parallel (AWS)',
      machine({ P: { Type: 'Parallel', TimeoutSeconds: 5, Branches: branches, End: true } }),
      [schema('/States/P', "Field 'TimeoutSeconds' is not supported")],
    ],
    [
      'Retry on Wait (AWS)',
      path({ X: { Type: 'Wait', Seconds: 1, End: true, Retry: [{ ErrorEquals: ['E'] }] } }),
      [schema('/States/X', "Field 'Retry' is not supported")],
    ],
    [
      'Catch on Pass (AWS)',
      machine({ X: { ...PASS, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }] } }),
      [schema('/States/X', "Field 'Catch' is not supported")],
    ],
    [
      'Assign on Succeed',
      machine({ X: { Type: 'Succeed', Assign: { a: 1 } } }),
      [schema('/States/X', "Field 'Assign' is not supported")],
    ],
    ['End on Fail', machine({ X: { Type: 'Fail', End: true } }), [schema('/States/X', "Field 'End' is not supported")]],
    [
      'a field of JSONPath (AWS)',
      machine({ X: { ...PASS, InputPath: '$.a' } }),
      [
        schema(
          '/States/X',
          "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage",
        ),
      ],
    ],
    [
      'a field of JSONata (AWS)',
      path({ X: { ...PASS, Output: 1 } }),
      [
        schema(
          '/States/X',
          "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
        ),
      ],
    ],
    [
      'JSONPath under JSONata (AWS)',
      machine({ X: { ...PASS, QueryLanguage: 'JSONPath', Output: 1 } }),
      [schema('/States/X', "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")],
    ],
    [
      'a language of a branch (AWS)',
      path({ P: { Type: 'Parallel', Branches: [{ QueryLanguage: 'JSONata', ...branches[0]! }], End: true } }),
      [schema('/States/P/Branches[0]', "Field 'QueryLanguage' is not supported")],
    ],
    [
      "a Map's language, inside it (AWS)",
      path({
        M: {
          Type: 'Map',
          QueryLanguage: 'JSONata',
          ItemProcessor: { StartAt: 'P', States: { P: { ...PASS, Output: 1 } } },
          End: true,
        },
      }),
      [
        expect.stringContaining(
          '/States/M/ItemProcessor/States/P: SCHEMA_VALIDATION_FAILED The QueryLanguage is set to',
        ),
      ],
    ],
    [
      'no Resource',
      machine({ T: { Type: 'Task', End: true } }),
      [schema('/States/T', 'These fields are required: [Resource]')],
    ],
    [
      'a computed Resource',
      machine({ T: { ...TASK, Resource: '{% $states.input.arn %}' } }),
      [schema('/States/T/Resource', 'Value is not a valid resource ARN')],
    ],
    [
      'no Branches',
      machine({ P: { Type: 'Parallel', Branches: [], End: true } }),
      [schema('/States/P/Branches', 'Minimum length is 1')],
    ],
    [
      'no processor',
      machine({ M: { Type: 'Map', End: true } }),
      [schema('/States/M', 'Exactly one of these fields is required: [ItemProcessor, Iterator]')],
    ],
    [
      'a negative MaxConcurrency (AWS)',
      machine({ M: { Type: 'Map', MaxConcurrency: -1, ItemProcessor: processor, End: true } }),
      [schema('/States/M/MaxConcurrency', 'Minimum value is 0')],
    ],
    [
      'too much tolerance',
      machine({ M: { Type: 'Map', ToleratedFailurePercentage: 101, ItemProcessor: processor, End: true } }),
      [schema('/States/M/ToleratedFailurePercentage', 'Maximum value is 100')],
    ],
    [
      'a Wait for nothing',
      machine({ W: { Type: 'Wait', End: true } }),
      [schema('/States/W', 'Exactly one of these fields is required: [Seconds, Timestamp]')],
    ],
    [
      'a Wait until some day',
      machine({ W: { Type: 'Wait', Timestamp: 'tomorrow', End: true } }),
      [schema('/States/W/Timestamp', 'Value is not a valid timestamp')],
    ],
    [
      'half a second',
      machine({ T: { ...TASK, TimeoutSeconds: 0.5 } }),
      [schema('/States/T/TimeoutSeconds', 'Expected value of type [INTEGER]')],
    ],
    [
      'a heartbeat beyond the timeout',
      machine({ T: { ...TASK, TimeoutSeconds: 5, HeartbeatSeconds: 5 } }),
      [schema('/States/T/HeartbeatSeconds', 'HeartbeatSeconds must be smaller than TimeoutSeconds')],
    ],
    [
      'a Choice of nothing',
      machine({ C: { Type: 'Choice', Choices: [], Default: 'D' }, D: PASS }),
      [schema('/States/C/Choices', 'Minimum length is 1')],
    ],
    [
      'a rule without a condition',
      machine({ C: { Type: 'Choice', Choices: [{ Next: 'D' }] }, D: PASS }),
      [schema('/States/C/Choices[0]', 'These fields are required: [Condition]')],
    ],
    [
      'a condition that is a text',
      machine({ C: { Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'D' }] }, D: PASS }),
      [schema('/States/C/Choices[0]/Condition', 'A Condition must be a JSONata expression or a boolean')],
    ],
    [
      'a rule of JSONPath with two operators',
      path({
        C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, IsString: true, Next: 'D' }] },
        D: PASS,
      }),
      [schema('/States/C/Choices[0]', 'Exactly one comparison operator is required')],
    ],
  ])('such as %s are refused', (_name, document, expected) => {
    expect(problems(document)).toEqual(expected);
  });

  it('are accepted where AWS accepts them', () => {
    const expressions = { TimeoutSeconds: '{% $t %}', HeartbeatSeconds: '{% $h %}' };
    const task = { ...TASK, ...expressions, Arguments: { FunctionName: 'f', Payload: { Next: 'x', States: {} } } };
    const map = {
      Type: 'Map',
      Items: [1, '{% $two %}'],
      MaxConcurrency: '{% 3 %}',
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: { I: PASS } },
      Next: 'T',
    };

    expect(problems(machine({ M: map, T: task }))).toEqual([]);
    expect(problems(machine({ A: { ...PASS, Output: { a: '', b: 'a\nb', c: [null, 1.5, true] } } }))).toEqual([]);
    expect(problems(machine({ A: { ...PASS, Output: '{%\n1 +\n2\n%}' } }))).toEqual([]);
    expect(problems(machine({ W: { Type: 'Wait', Timestamp: '{% $when %}', End: true } }))).toEqual([]);
    expect(problems(machine({ C: { Type: 'Choice', Choices: [{ Condition: true, Next: 'D' }] }, D: PASS }))).toEqual(
      [],
    );
    expect(problems(machine({ A: { ...PASS, Comment: '{% ( %}' } }))).toEqual([]);
  });
});

describe('errors to retry and to catch', () => {
  const retry = (...retriers: Json[]) => machine({ T: { ...TASK, Retry: retriers } });

  test.each<[string, unknown, string[]]>([
    ['no name', retry({ ErrorEquals: [] }), [schema('/States/T/Retry[0]/ErrorEquals', 'Minimum length is 1')]],
    ['no ErrorEquals', retry({}), [schema('/States/T/Retry[0]', 'These fields are required: [ErrorEquals]')]],
    [
      "an own name that begins like Step Functions'",
      retry({ ErrorEquals: ['States.Mine'] }),
      [
        schema(
          '/States/T/Retry[0]/ErrorEquals[0]',
          "Custom error names must not begin with 'States.', got 'States.Mine'",
        ),
      ],
    ],
    [
      'all and another',
      retry({ ErrorEquals: ['States.ALL', 'Mine'] }),
      [schema('/States/T/Retry[0]/ErrorEquals', "'States.ALL' must appear alone")],
    ],
    [
      'all, and more after it',
      retry({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Mine'] }),
      [schema('/States/T/Retry[0]/ErrorEquals', "'States.ALL' must be in the last entry of the list")],
    ],
    [
      'an expression for a number',
      retry({ ErrorEquals: ['E'], IntervalSeconds: '{% 1 %}' }),
      [schema('/States/T/Retry[0]/IntervalSeconds', 'Expected value of type [INTEGER]')],
    ],
    [
      'numbers out of range',
      retry({ ErrorEquals: ['E'], IntervalSeconds: 0, MaxAttempts: -1, BackoffRate: 0.5, MaxDelaySeconds: 31_622_401 }),
      [
        schema('/States/T/Retry[0]/IntervalSeconds', 'Minimum value is 1'),
        schema('/States/T/Retry[0]/MaxAttempts', 'Minimum value is 0'),
        schema('/States/T/Retry[0]/BackoffRate', 'Minimum value is 1'),
        schema('/States/T/Retry[0]/MaxDelaySeconds', 'Maximum value is 31622400'),
      ],
    ],
    [
      'an unknown jitter',
      retry({ ErrorEquals: ['E'], JitterStrategy: 'SOME' }),
      [schema('/States/T/Retry[0]/JitterStrategy', 'Value should be one of the following: [FULL, NONE]')],
    ],
    [
      'an unknown field',
      retry({ ErrorEquals: ['E'], Delay: 1 }),
      [schema('/States/T/Retry[0]', "Field 'Delay' is not supported")],
    ],
  ])('with %s are refused', (_name, document, expected) => {
    expect(problems(document)).toEqual(expected);
  });

  it('may be any name, the built-in ones, and all at last', () => {
    expect(
      problems(
        retry(
          { ErrorEquals: ['States.Timeout', 'Mine', '{% not an expression %}'] },
          { ErrorEquals: ['States.ALL'], MaxAttempts: 0 },
        ),
      ),
    ).toEqual([]);
  });
});

describe('expressions', () => {
  const output = (expression: string) => machine({ Main: { ...PASS, Output: `{% ${expression} %}` } });
  const invalid = (message: string) => [`/States/Main/Output: INVALID_JSONATA_EXPRESSION ${message}`];

  test.each([
    ['a[1,2)', 'Expected "]", got ","'],
    ['"unterminated', 'String literal must be terminated by a matching quote'],
    ['1 +', 'Unexpected end of expression'],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
    ['$x :=', 'Unexpected end of expression'],
    ['$match("a", /abc', 'No terminating / in regular expression'],
    ['', 'Unexpected end of expression'],
  ])('%s is refused as AWS does', (expression, message) => {
    expect(problems(output(expression))).toEqual(invalid(message));
  });

  test.each([
    ['phone', ["Reference to 'phone' at the top level is not supported."]],
    ['phone[0]', ["Reference to 'phone' at the top level is not supported."]],
    [
      'aaa + bbb',
      [
        "Reference to 'aaa' at the top level is not supported.",
        "Reference to 'bbb' at the top level is not supported.",
      ],
    ],
    ['$.phone', ["Reference to '$' at the top level is not supported."]],
    ['$map($states.input.a, function($x){ b })', ["Reference to 'b' at the top level is not supported."]],
    ['$$', ["Reference to '$$' is not supported."]],
    ['$states.errorOutput', ["Field '$states.errorOutput' does not exist."]],
    ['$states.result.a', ["Field '$states.result' does not exist."]],
    ['$states.inputs', ["Field '$states.inputs' does not exist."]],
    ['$eval("1")', ['The function $eval is not supported; $parse reads JSON.']],
  ])('%s reads what is not there', (expression, messages) => {
    expect(problems(output(expression))).toEqual(
      messages.map((message) => unsupported('/States/Main/Output', message)),
    );
  });

  test.each([
    '$states.input.phone[0]',
    '$states.input.items[phone > 3]',
    '$states.input.items^(>price).name',
    '$states.input.items{sku: $sum(quantity)}',
    '$map($states.input.a, function($x){ $x.phone })',
    '$states.input.items.(price * quantity)',
    '$states.input ~> |items|{"total": price * quantity}|',
    '$phone',
    '$lookup($states.context, "State")',
    '$states',
  ])('%s is accepted', (expression) => {
    expect(problems(output(expression))).toEqual([]);
  });

  it('are found at any depth, each at its place (AWS)', () => {
    const states = { E: { ...PASS, Output: { a: { b: ['{% phone %}'] } }, Assign: { v: '{% fax %}' } } };

    expect(problems(machine(states))).toEqual([
      unsupported('/States/E/Output/a/b[0]', "Reference to 'phone' at the top level is not supported."),
      unsupported('/States/E/Assign/v', "Reference to 'fax' at the top level is not supported."),
    ]);
  });

  it('may read the result of a Task, and an error where it is caught', () => {
    const states = {
      T: {
        ...TASK,
        Output: '{% $states.result.Payload %}',
        Assign: { status: '{% $states.result.StatusCode %}' },
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Output: '{% $states.errorOutput %}',
            Assign: { e: '{% $states.errorOutput.Error %}' },
            Next: 'F',
          },
        ],
      },
      F: { Type: 'Fail' },
    };
    const wrong = machine({
      T: {
        ...TASK,
        Arguments: '{% $states.result %}',
        Catch: [{ ErrorEquals: ['E'], Output: '{% $states.result %}', Next: 'T' }],
      },
    });

    expect(problems(machine(states))).toEqual([]);
    expect(problems(wrong)).toEqual([
      unsupported('/States/T/Arguments', "Field '$states.result' does not exist."),
      unsupported('/States/T/Catch[0]/Output', "Field '$states.result' does not exist."),
    ]);
  });

  it('must be opened and closed', () => {
    for (const text of ['{% 1', '1 %}', '{%}']) {
      expect(problems(machine({ Main: { ...PASS, Output: text } }))).toEqual(
        invalid("A JSONata expression must start with '{%' and end with '%}'"),
      );
    }
    expect(problems(machine({ Main: { ...PASS, Output: ' {% a %} ' } }))).toEqual([]);
  });

  it('are not looked for in a state of JSONPath (AWS)', () => {
    expect(problems(path({ E: { ...PASS, Parameters: { v: '{% phone %}' } } }))).toEqual([]);
  });
});

describe('variables', () => {
  const assign = (name: string) => machine({ A: { ...PASS, Assign: { [name]: 1 } } });
  const parallel = (inner: Record<string, Json>, more: Record<string, Json> = {}) => ({
    Type: 'Parallel',
    Branches: [{ StartAt: 'In', States: { In: { ...PASS, Assign: inner } } }],
    ...more,
  });

  it('have names that are identifiers', () => {
    for (const name of ['total', 'größe2', 'a_b', 'n'.repeat(80)]) expect(problems(assign(name))).toEqual([]);
    for (const name of ['a-b', '2a', 'x.y', '', 'n'.repeat(81), 'states', '_a'])
      expect(problems(assign(name))).toHaveLength(1);
  });

  it('must not hide one of an outer scope', () => {
    const document = machine({
      A: { Type: 'Pass', Assign: { total: 1 }, Next: 'P' },
      P: parallel({ total: 2 }, { End: true }),
    });

    expect(problems(document)).toEqual([
      "/States/P/Branches[0]/States/In/Assign/total: DUPLICATE_VARIABLE_NAME The variable name 'total' was already defined in a parent scope.",
    ]);
  });

  it('may be called alike in siblings, and as what the Parallel itself assigns (AWS)', () => {
    const own = parallel({ total: 2 }, { Assign: { total: '{% $states.result %}' }, Next: 'M' });
    const sibling = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Each', States: { Each: { ...PASS, Assign: { price: 1 } } } },
      End: true,
    };

    expect(problems(machine({ P: parallel({ price: 2 }, { Next: 'M' }), M: sibling }))).toEqual([]);
    expect(problems(machine({ P: own, M: sibling }))).toEqual([]);
  });
});

describe('an Express machine', () => {
  test.each([
    [
      'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      "Express state machine does not support '.waitForTaskToken' service integration ",
    ],
    [
      'arn:aws:states:::states:startExecution.sync:2',
      "Express state machine does not support '.sync' service integration",
    ],
    ['arn:aws:states:us-east-1:000000000000:activity:sign', 'Express state machine does not support Activity ARN'],
  ])('does not take %s (AWS)', (Resource, message) => {
    const document = machine({ T: { ...TASK, Resource } });

    expect(problems(document, 'EXPRESS')).toEqual([schema('/States/T/Resource', message)]);
    expect(problems(document, 'STANDARD')).toEqual([]);
  });
});

const corpus = fileURLToPath(new URL('../../../shared/conformance/dev', import.meta.url));

describe.runIf(existsSync(corpus))('the conformance corpus', () => {
  it('has definitions that AWS has accepted', () => {
    const cases = readdirSync(corpus)
      .filter((name) => name !== 'index.json')
      .map((name) => JSON.parse(readFileSync(`${corpus}/${name}`, 'utf8')));

    const refused = cases
      .map(({ id, definition, stateMachineType: type }) => ({
        id,
        diagnostics: validateDefinition(definition, { type }),
      }))
      .filter(({ diagnostics }) => diagnostics.length > 0);

    expect(cases.length).toBeGreaterThan(200);
    expect(refused).toEqual([]);
  });
});

if (!existsSync(corpus)) console.warn(`no conformance corpus at ${corpus}: its definitions are not validated`);

describe('whatever the document', () => {
  it('never throws, and finds something wrong with what is no machine', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(validateDefinition(document)).not.toEqual([]);
      }),
    );
  });

  it('never throws for a state of any fields', () => {
    const fields = [
      'Type',
      'Next',
      'End',
      'Choices',
      'Branches',
      'ItemProcessor',
      'Retry',
      'Catch',
      'Assign',
      'Output',
      'Items',
      'Seconds',
    ];
    const state = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(
      fc.property(state, fc.constantFrom('Task', 'Choice', 'Map', 'Parallel', 'Wait', 'Pass'), (given, Type) => {
        expect(Array.isArray(validateDefinition(machine({ A: { ...given, Type } as Record<string, Json> })))).toBe(
          true,
        );
      }),
    );
  });

  test.each<[string, string]>([
    ['parentheses', '('.repeat(500_000)],
    ['sums', `${'1+'.repeat(400_000)}1`],
    ['steps', `$x${'.a'.repeat(400_000)}`],
    ['filters', '$x['.repeat(300_000)],
    ['comments', `${'/*a*/'.repeat(200_000)}1`],
    ['parents', `$x${'.a.%'.repeat(1_000)}`],
    ['arguments', `$f(${'1,'.repeat(400_000)}1)`],
  ])('takes no long time over an expression of endless %s', (_name, expression) => {
    const began = performance.now();

    validateDefinition(machine({ A: { ...PASS, Output: `{% ${expression} %}` } }));

    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('is quick with 1,000 states, and with 1 MB', () => {
    const states: States = {};
    for (let index = 0; index < 1_000; index++) {
      const Arguments = {
        FunctionName: 'f',
        Payload: { a: `{% $states.input.field${index} & "${'x'.repeat(800)}" %}` },
      };
      states[`s${index}`] = { Type: 'Task', Resource: INVOKE, Arguments, Next: `s${index + 1}` };
    }
    states['s1000'] = PASS;
    const document = machine(states);
    const began = performance.now();

    const diagnostics = validateDefinition(document);

    expect(JSON.stringify(document).length).toBeGreaterThan(950_000);
    expect(diagnostics).toEqual([]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('has diagnostics of no great length, and not endlessly many', () => {
    const key = 'k'.repeat(200_000);
    const Output = { [key]: Array.from({ length: 5_000 }, (_, index) => `{% a${index} %}`) };

    const diagnostics = validateDefinition(machine({ A: { ...PASS, Output } }));

    expect(diagnostics).toHaveLength(1_000);
    expect(JSON.stringify(diagnostics).length).toBeLessThan(2_500_000);
  });

  it('is not nested so deeply that the stack overflows', () => {
    let inner: Json = { StartAt: 'Last', States: { Last: PASS } };
    for (let level = 0; level < 20_000; level++) inner = [inner];

    expect(problems(machine({ A: { ...PASS, Output: inner } }))).toEqual([
      '-: SCHEMA_VALIDATION_FAILED The definition is nested deeper than 500 levels',
    ]);
  });
});
