/** The events of a run, as they come or as a list. */
import * as z from 'zod';
import { StepweaveError } from '../../core/errors.ts';
import { storedEventSchema } from '../../engine/runs/stored-event.ts';
import { eventStream } from '../http/event-stream.ts';
import { type ApiContext, type Operation, operation } from '../http/operation.ts';
import { HttpError } from '../http/problem.ts';
import { runIdParameter, runSchema } from '../schemas/common.ts';
import type { ApiServices } from '../services.ts';
import { noRun } from './runs.ts';

export function eventOperations({ runs, clock, limits }: ApiServices): Operation[] {
  const list = z.object({
    run_id: z.string(),
    status: runSchema.shape.status,
    events: z.array(storedEventSchema),
  });
  return [
    operation({
      id: 'getRunEvents',
      method: 'get',
      path: '/runs/{run_id}/events',
      tag: 'runs',
      summary: 'The events of a run',
      description:
        'Server-sent events, each with its sequence number as `id`, until the run has ended; a client that comes back says with ' +
        '`Last-Event-ID` which it had last. With `Accept: application/json` those that there are, as a list.',
      params: runIdParameter,
      query: z.strictObject({
        after: z.coerce
          .number()
          .int()
          .min(0)
          .optional()
          .describe('Only those with larger numbers; as `Last-Event-ID` does.'),
      }),
      responses: {
        200: {
          description: 'Events in order.',
          type: 'text/event-stream',
          schema: z.string(),
          alternatives: { 'application/json': list },
        },
      },
      problems: [404],
      handle: async ({ params: { run_id: runId }, query }, context) => {
        const after = query.after ?? lastEventId(context) ?? 0;
        if (wantsJson(context)) {
          const [events, details] = [await runs.eventsSoFar(runId, after), await runs.get(runId)];
          if (events === undefined || details === undefined) throw noRun(runId);
          return context.json({ run_id: runId, status: details.run.status, events });
        }
        const closed = new AbortController();
        const events = context.env.streams
          ? await runs.events(runId, after, closed.signal)
          : listed(await runs.eventsSoFar(runId, after));
        if (events === undefined) throw noRun(runId);
        const isHead = context.req.method === 'HEAD';
        return eventStream(isHead ? listed([])! : events, { closed, clock, heartbeatSeconds: limits.heartbeatSeconds });
      },
    }),
  ];
}

/** The format that is asked for; what asks for none gets a stream. */
function wantsJson({ req }: ApiContext): boolean {
  const accepted = (req.header('accept') ?? '*/*').split(',').map((range) => range.split(';')[0]!.trim().toLowerCase());
  if (accepted.some((type) => ['text/event-stream', 'text/*', '*/*'].includes(type))) {
    return accepted.indexOf('application/json') === 0;
  }
  if (accepted.some((type) => ['application/json', 'application/*'].includes(type))) return true;
  const message = `events are told as text/event-stream or as application/json, not as ${req.header('accept')}`;
  throw new HttpError('not_acceptable', message);
}

function lastEventId({ req }: ApiContext): number | undefined {
  const given = req.header('last-event-id');
  if (given === undefined || given === '') return undefined;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new StepweaveError('invalid_header', 'user', `Last-Event-ID is the id of an event, a number; got ${given}`);
}

async function* iterate<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

function listed<Item>(items: readonly Item[] | undefined): AsyncIterable<Item> | undefined {
  return items && iterate(items);
}
