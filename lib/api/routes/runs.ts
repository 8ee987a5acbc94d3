/** Runs: started, looked at, listed, stopped and resumed. */
import * as z from 'zod';
import { StepweaveError } from '../../core/errors.ts';
import { IssuesError } from '../../core/issues.ts';
import type { Json } from '../../core/json.ts';
import type { RunRecord } from '../../engine/records.ts';
import type { AnsweredCalls } from '../../engine/runs/stored-run.ts';
import { TOOL_CALL_FORMATS } from '../../plan/tool-calls/formats.ts';
import { type ApiContext, type Operation, operation } from '../http/operation.ts';
import { checkActionCount, checkInputs, withPlan } from '../plan-issues.ts';
import { analysisSchema } from '../schemas/analysis.ts';
import { engine, json, jsonObject, planDocument, runIdParameter, runSchema, summarySchema } from '../schemas/common.ts';
import type { ApiServices } from '../services.ts';
import { answerTurn, readTurn } from '../tool-calls.ts';

/** A stop of an execution is asked for and then heard of: within so many seconds it is told as done. */
const STOP_WAIT_SECONDS = 5;

const SHOWN = 'plan|inputs|analysis|messages';

const turnSchema = z.object({
  format: z.enum(TOOL_CALL_FORMATS).describe('Of the tool calls, and of the messages.'),
  messages: z
    .array(jsonObject)
    .nullable()
    .describe('To append to the conversation, in the order of the calls; null while the run goes on.'),
});

const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

const location = { Location: 'Of the run.' };

export function runOperations(services: ApiServices): Operation[] {
  const { runs, limits } = services;
  const wait = z
    .union([z.boolean(), z.number().min(0).max(limits.maxWaitSeconds)])
    .optional()
    .describe(
      `Whether to answer only when the run has ended; or seconds to wait for that, at most ${limits.maxWaitSeconds}. ` +
        'Not given: tool calls are waited for, a plan is not.',
    );
  const runRequest = z.strictObject({
    plan: json.optional().describe('The plan; or else `tool_calls`.'),
    tool_calls: json
      .optional()
      .describe(
        'In place of a plan the tool calls of one turn of a model: its response, its message or the list of its calls, as OpenAI (Chat ' +
          'and Responses), Anthropic or Bedrock Converse write them.',
      ),
    inputs: jsonObject.default({}).describe('What `$inputs` stands for.'),
    engine: engine.optional().describe("For this engine, whatever the plan's settings say."),
    wait,
    idempotency_key: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('The same key and body of one caller give the same run, another body is refused.'),
  });
  const runDetails = runSchema.extend({
    plan: json.optional().describe('As it was sent; if it was asked for.'),
    inputs: jsonObject.optional(),
    analysis: analysisSchema.optional().describe('As it was when the run was started.'),
    ...turnSchema.partial().shape,
  });
  const turnAnswer = turnSchema.extend({
    run: runSchema.nullable().describe('Null when no call could be run.'),
  });
  const runOrTurn = z.union([runSchema, turnAnswer]).describe('The run; of tool calls, the run with their results.');
  const page = z.object({
    runs: z.array(summarySchema),
    next_cursor: z.string().nullable().describe('For the next page; null on the last one.'),
  });

  const waitMs = (asked: boolean | number = false) =>
    (typeof asked === 'number' ? asked : asked ? limits.maxWaitSeconds : 0) * 1000;
  const ended = { description: 'The run has ended.', schema: runSchema, headers: location };
  const goesOn = { description: 'The run goes on.', schema: runSchema, headers: location };

  return [
    operation({
      id: 'startRun',
      method: 'post',
      path: '/runs',
      tag: 'runs',
      summary: 'Run a plan',
      body: runRequest,
      documentedBody: runRequest.extend({ plan: planDocument.optional() }),
      responses: { 200: { ...ended, schema: runOrTurn }, 202: { ...goesOn, schema: runOrTurn } },
      problems: [409, 502],
      handle: async ({ body }, context) => {
        checkOneOf(body);
        const turn = body.tool_calls === undefined ? undefined : readTurn(body.tool_calls, services.tools);
        if (turn !== undefined && turn.plan === undefined) {
          return context.json({ ...answerTurn(turn.answered, undefined), run: null });
        }
        const { inputs, engine, idempotency_key: idempotencyKey } = body;
        const plan = (turn === undefined ? body.plan : turn.plan) as Json;
        checkActionCount(plan, limits.maxActions);
        checkInputs(inputs);
        const { caller } = context.env;
        const ms = waitMs(body.wait ?? turn !== undefined);
        const request = { caller, plan, inputs, engine, idempotencyKey, waitMs: ms, toolCalls: turn?.answered };
        const { runId } = await withPlan(() => runs.start(request));
        return answerRun(context, await runs.wait(runId, ms), turn?.answered);
      },
    }),
    operation({
      id: 'listRuns',
      method: 'get',
      path: '/runs',
      tag: 'runs',
      summary: 'Runs, the latest first',
      query: z.strictObject({
        status: runSchema.shape.status.optional(),
        name: z.string().min(1).optional().describe('Of the plan; exactly this one.'),
        started_after: z.iso.datetime({ offset: true }).optional(),
        started_before: z.iso.datetime({ offset: true }).optional(),
        limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
        cursor: z.string().optional().describe('`next_cursor` of the page before; with the same filters.'),
      }),
      responses: {
        200: { description: 'A page of runs. It may hold fewer than asked for although more follow.', schema: page },
      },
      handle: async ({ query }, context) => {
        const { started_after: after, started_before: before, ...listing } = query;
        const found = await runs.list({
          ...listing,
          ...(after !== undefined && { startedAfter: Date.parse(after) }),
          ...(before !== undefined && { startedBefore: Date.parse(before) }),
        });
        return context.json({ runs: found.runs, next_cursor: found.nextCursor ?? null });
      },
    }),
    operation({
      id: 'getRun',
      method: 'get',
      path: '/runs/{run_id}',
      tag: 'runs',
      summary: 'A run as it is now',
      params: runIdParameter,
      query: z.strictObject({
        include: z
          .string()
          .regex(new RegExp(`^(${SHOWN})(,(${SHOWN}))*$`), 'plan, inputs, analysis and messages, separated by commas')
          .optional()
          .describe(
            'What to show beside the run, separated by commas: `plan`, `inputs`, `analysis`, and of a run of tool calls `messages`.',
          ),
      }),
      responses: { 200: { description: 'While it goes on it has the records of what has ended.', schema: runDetails } },
      problems: [404],
      handle: async ({ params, query }, context) => {
        const details = await runs.get(params.run_id);
        if (details === undefined) throw noRun(params.run_id);
        const asked = query.include?.split(',') ?? [];
        const shown = Object.entries(details.source).filter(([name]) => asked.includes(name));
        const { toolCalls } = details.source;
        const turn = asked.includes('messages') && toolCalls !== undefined && answerTurn(toolCalls, details.run);
        return context.json({ ...details.run, ...Object.fromEntries(shown), ...turn });
      },
    }),
    operation({
      id: 'stopRun',
      method: 'post',
      path: '/runs/{run_id}/stop',
      tag: 'runs',
      summary: 'End a run now',
      description: 'What runs is aborted, the rest never starts. A run that is cancelled already stays so.',
      params: runIdParameter,
      body: z.strictObject({ reason: z.string().min(1).max(500).optional().describe('Stands in the record.') }),
      bodyIsOptional: true,
      responses: { 200: ended, 202: { ...goesOn, description: 'The stop was asked for, the run has not ended yet.' } },
      problems: [404, 409],
      handle: async ({ params, body }, context) => {
        const stopped = runs.stop(params.run_id, body.reason ?? 'the run was stopped');
        stopped.catch(() => {}); // awaited below, if it comes in time
        const over = new AbortController();
        const timeUp = services.clock.sleep(STOP_WAIT_SECONDS * 1000, over.signal).then(() => 'late' as const);
        timeUp.catch(() => {});
        const run = await Promise.race([stopped, timeUp]).finally(() => over.abort());
        if (run === 'late') return answerRun(context, (await runs.get(params.run_id))?.run);
        if (run === undefined) throw noRun(params.run_id);
        return answerRun(context, run);
      },
    }),
    operation({
      id: 'resumeRun',
      method: 'post',
      path: '/runs/{run_id}/resume',
      tag: 'runs',
      summary: 'Do what is left of a run',
      description: 'What succeeded or fell back is kept, all else is done again, under the same id.',
      params: runIdParameter,
      body: z.strictObject({ wait }),
      bodyIsOptional: true,
      responses: { 200: ended, 202: goesOn },
      problems: [404, 409, 502],
      handle: async ({ params, body }, context) => {
        if (!(await runs.resume(params.run_id))) throw noRun(params.run_id);
        return answerRun(context, await runs.wait(params.run_id, waitMs(body.wait)));
      },
    }),
  ];
}

function answerRun(context: ApiContext, run: RunRecord | undefined, calls?: AnsweredCalls): Response {
  if (run === undefined) throw new StepweaveError('run_lost', 'internal', 'the run is gone');
  const status = run.status === 'running' ? 202 : 200;
  const answer = calls === undefined ? run : { ...answerTurn(calls, run), run };
  return context.json(answer, status, { location: `${context.env.basePath}/runs/${run.run_id}` });
}

function checkOneOf({ plan, tool_calls: calls }: { plan?: Json | undefined; tool_calls?: Json | undefined }): void {
  if ((plan === undefined) !== (calls === undefined)) return;
  const issue =
    plan === undefined
      ? { code: 'missing_field', path: 'plan', message: 'a plan is required here, or tool_calls' }
      : { code: 'conflicting_fields', path: 'tool_calls', message: 'a run is of a plan or of tool calls, not of both' };
  throw new IssuesError('invalid_request', 'The body', [issue]);
}

export function noRun(runId: string): StepweaveError {
  return new StepweaveError('run_not_found', 'user', `there is no run ${runId}: it never was, or its time is over`);
}
