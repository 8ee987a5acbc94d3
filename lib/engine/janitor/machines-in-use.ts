/** Which machines recent runs ran on, as the table of runs tells. */
import type { RunDocuments } from '../run-store/documents.ts';
import { LISTING } from '../run-store/table.ts';

/** Names of the machines of all runs since a time, in milliseconds since the epoch. */
export async function machinesInUse(documents: RunDocuments, since: number): Promise<Set<string>> {
  const names = new Set<string>();
  const query = {
    IndexName: 'by-start',
    KeyConditionExpression: '#listing = :listing AND #started >= :since',
    ProjectionExpression: '#machine',
    ExpressionAttributeNames: { '#listing': 'listing', '#started': 'started', '#machine': 'machine' },
    ExpressionAttributeValues: { ':listing': LISTING, ':since': new Date(since).toISOString() },
  };
  for await (const page of documents.query(query)) {
    for (const { machine } of page) if (typeof machine === 'string') names.add(machine.split(':').at(-1)!);
  }
  return names;
}
