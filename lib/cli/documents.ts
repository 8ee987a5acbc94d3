/** The documents that a command is given: the plan, its inputs, tools, fakes and durations. */
import { readFile } from 'node:fs/promises';
import { type PreparedPlan, preparePlan } from '../compiler/prepare.ts';
import { type Issue, IssuesError } from '../core/issues.ts';
import { isJsonObject, type JsonObject, MAX_NESTING, nestedDeeperThan, preview, typeName } from '../core/json.ts';
import { issuesOf } from '../core/zod-issues.ts';
import { type RunRecord, runRecordSchema } from '../engine/records.ts';
import { unreadableFile } from '../local/files.ts';
import { type Behaviours, parseBehaviours } from '../local/lambda/fakes.ts';
import { parseJson } from '../plan/parse.ts';
import { parseToolSpecs } from '../plan/tool-specs.ts';
import { builtInTools } from '../supply-chain/tools.ts';
import { type ToolRegistry, toolRegistry } from '../tools/registry.ts';
import type { CliIo } from './io.ts';

/** The options that name documents, as commander gives them. */
export interface DocumentOptions {
  input?: string;
  tools?: string;
  lambdas?: string;
  durations?: string;
}

/** Reads a file, or standard input for `-`, as JSON. */
export async function readDocument(file: string, io: CliIo): Promise<unknown> {
  return parseJson(file === '-' ? await io.readStdin() : await readText(file), file === '-' ? 'Standard input' : file);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
}

/** The tools that a plan may call: those of a file of specs, else the built-in ones. */
export async function readTools(file: string | undefined, io: CliIo): Promise<ToolRegistry> {
  return toolRegistry(file === undefined ? builtInTools : parseToolSpecs(await readDocument(file, io)));
}

/** The plan, checked and prepared; throws with everything that is wrong with it. */
export async function readPlan(file: string, options: DocumentOptions, io: CliIo): Promise<PreparedPlan> {
  const [document, tools] = [await readDocument(file, io), await readTools(options.tools, io)];
  return preparePlan(document, tools);
}

/** What `$inputs` stands for; `{}` when no file is given. */
export async function readInputs(file: string | undefined, io: CliIo): Promise<JsonObject> {
  const inputs = file === undefined ? {} : await readDocument(file, io);
  const issue: Issue | undefined = isJsonObject(inputs) ? tooDeep(inputs) : notAnObject(inputs);
  if (issue !== undefined) throw new IssuesError('invalid_inputs', file ?? '$inputs', [issue]);
  return inputs as JsonObject;
}

function notAnObject(inputs: unknown): Issue {
  return { code: 'wrong_type', path: '', message: '$inputs is an object', got: typeName(inputs) };
}

function tooDeep(inputs: unknown): Issue | undefined {
  if (!nestedDeeperThan(inputs, MAX_NESTING)) return undefined;
  return { code: 'too_deep', path: '', message: '$inputs is nested too deeply', allowed: `${MAX_NESTING} levels` };
}

/** The fakes of a `--lambdas` document; undefined when no file is given. */
export async function readBehaviours(file: string | undefined, io: CliIo): Promise<Behaviours | undefined> {
  return file === undefined ? undefined : parseBehaviours(await readDocument(file, io));
}

/** Seconds by action id. */
export async function readDurations(
  file: string | undefined,
  plan: PreparedPlan,
  io: CliIo,
): Promise<Record<string, number>> {
  if (file === undefined) return {};
  const durations = await readDocument(file, io);
  const ids = plan.actions.map(({ id }) => id);
  const issues = isJsonObject(durations)
    ? Object.entries(durations).flatMap(([id, seconds]) => durationIssue(id, seconds, ids))
    : [{ code: 'wrong_type', path: '', message: 'it maps action ids to seconds', got: typeName(durations) }];
  if (issues.length > 0) throw new IssuesError('invalid_durations', file, issues);
  return durations as Record<string, number>;
}

function durationIssue(id: string, seconds: unknown, ids: readonly string[]): Issue[] {
  if (!ids.includes(id)) {
    return [{ code: 'unknown_action', path: id, message: 'the plan has no such action', allowed: ids.join(', ') }];
  }
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return [];
  return [
    { code: 'wrong_value', path: id, message: 'not a duration', got: preview(seconds), allowed: 'seconds, 0 or more' },
  ];
}

/** An earlier run, as `run` printed it; undefined when no file is given. */
export async function readRun(file: string | undefined, io: CliIo): Promise<RunRecord | undefined> {
  if (file === undefined) return undefined;
  const document = await readDocument(file, io);
  const run = runRecordSchema.safeParse(document);
  if (run.success) return run.data;
  throw new IssuesError('invalid_run', file, issuesOf(run.error, { schema: runRecordSchema, value: document }));
}
