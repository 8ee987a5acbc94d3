import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployedTools } from '../../../lib/engine/deployed-tools.ts';
import { janitorSettings } from '../../../lib/engine/janitor/settings.ts';
import { endedExecution, recorderSettings } from '../../../lib/engine/recorder/settings.ts';

const MACHINE = `acme-${'0123456789abcdef'.repeat(2)}`;

/** As https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html shows it. */
const eventOf = (machine: string) => ({
  version: '0',
  id: '315c1398-40ff-a850-213b-158f73e60175',
  'detail-type': 'Step Functions Execution Status Change',
  source: 'aws.states',
  account: '123456789012',
  time: '2019-02-26T19:42:21Z',
  region: 'us-east-2',
  resources: [`arn:aws:states:us-east-2:123456789012:execution:${machine}:run-1`],
  detail: {
    executionArn: `arn:aws:states:us-east-2:123456789012:execution:${machine}:run-1`,
    stateMachineArn: `arn:aws:states:us-east-2:123456789012:stateMachine:${machine}`,
    name: 'run-1',
    status: 'SUCCEEDED',
    startDate: 1551225271984,
    stopDate: 1551225273984,
    input: null,
    output: null,
    inputDetails: null,
    outputDetails: null,
  },
});

describe('what the recorder is told', () => {
  it('is which execution of a compiled machine has ended', () => {
    const ended = endedExecution(eventOf(MACHINE), 'acme-');

    expect(ended).toEqual({
      executionArn: `arn:aws:states:us-east-2:123456789012:execution:${MACHINE}:run-1`,
      name: 'run-1',
    });
  });

  it.each(['acme-plan-nightly', MACHINE.replace('acme-', 'acme-test-'), `${MACHINE}0`])(
    'is nothing to it where the machine is %s',
    (machine) => {
      expect(endedExecution(eventOf(machine), 'acme-')).toBeUndefined();
    },
  );

  it('is refused where it is no such event', () => {
    expect(() => endedExecution({ detail: {} }, 'acme-')).toThrow(/executionArn/);
  });
});

describe('environments', () => {
  it('are refused with every variable that is wrong', () => {
    expect(() => recorderSettings({})).toThrow(/STEPWEAVE_PREFIX.*STEPWEAVE_RUN_TABLE/);
    expect(() => janitorSettings({ STEPWEAVE_RUN_TABLE: 'runs', STEPWEAVE_UNUSED_DAYS: '3' })).toThrow(
      /STEPWEAVE_PREFIX.*STEPWEAVE_UNUSED_DAYS/,
    );
  });
});

describe('the tools of a deployment', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stepweave-tools-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('are those in the file beside the code', () => {
    writeFileSync(join(folder, 'tools.json'), '[{ "name": "greet", "function": "acme-greetings" }]');

    expect(deployedTools(folder).get('greet')).toMatchObject({ function: 'acme-greetings', idempotent: false });
  });

  it.each(['nothing', '{}', '[{ "name": "not a name" }]'])('are refused where the file holds %s', (text) => {
    if (text !== 'nothing') writeFileSync(join(folder, 'tools.json'), text);

    expect(() => deployedTools(folder)).toThrow(expect.objectContaining({ code: 'invalid_tools_file' }));
  });
});
