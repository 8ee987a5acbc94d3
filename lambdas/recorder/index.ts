import { SFNClient } from '@aws-sdk/client-sfn';
import { realClock } from '../../lib/core/clock.ts';
import { deployedTools } from '../../lib/engine/deployed-tools.ts';
import { type Recorded, recordExecution } from '../../lib/engine/recorder/record-execution.ts';
import { endedExecution, recorderSettings } from '../../lib/engine/recorder/settings.ts';
import { RunStore } from '../../lib/engine/run-store/run-store.ts';

const { prefix, runTable } = recorderSettings(process.env);
const store = new RunStore({ table: runTable, endpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'] });
const client = new SFNClient();
const tools = deployedTools();

/** Told by EventBridge of each Standard execution that has ended. */
export async function handler(event: unknown): Promise<Recorded> {
  const ended = endedExecution(event, prefix);
  return ended === undefined ? 'foreign' : recordExecution({ store, client, tools, clock: realClock }, ended);
}
