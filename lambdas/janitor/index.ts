import { SFNClient } from '@aws-sdk/client-sfn';
import { realClock } from '../../lib/core/clock.ts';
import { machinesInUse } from '../../lib/engine/janitor/machines-in-use.ts';
import { type Retired, retireMachines } from '../../lib/engine/janitor/retire.ts';
import { janitorSettings } from '../../lib/engine/janitor/settings.ts';
import { RunDocuments } from '../../lib/engine/run-store/documents.ts';

const { prefix, runTable, unusedDays } = janitorSettings(process.env);
const endpoint = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
const runs = new RunDocuments({ table: runTable, endpoint, clock: realClock });
const client = new SFNClient();

/** Started by a schedule, once a day. */
export function handler(_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<Retired> {
  return retireMachines({
    client,
    clock: realClock,
    prefix,
    unusedDays,
    usedSince: (time) => machinesInUse(runs, time),
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
}
