/** Reads the records that a compiled machine puts into its output: see `emit/records.ts`. */
import * as z from 'zod';
import type { Json } from '../../core/json.ts';
import type { SeenAction, SeenCall, SeenEnd } from './seen.ts';

const json = z.custom<Json>((value) => value !== undefined);
const times = z.tuple([z.string(), z.number(), z.number()]);
const call = z.object({
  /** The result. */
  r: json.optional(),
  /** A failure that was returned. */
  p: json.optional(),
  /** Error and cause. */
  e: z.string().optional(),
  c: z.string().optional(),
  /** When it was entered, further attempts, when it ended. */
  t: times,
});
const note = call.extend({ i: z.union([z.array(call), call]).optional() });

type Note = z.infer<typeof note>;
type CallNote = z.infer<typeof call>;

/** By action id; an action that the output does not mention never came to its end. Throws if it is no such output. */
export function readNotes(output: Json, isList: (id: string) => boolean): Map<string, SeenAction> {
  const notes = z.record(z.string(), note).parse(output);
  return new Map(Object.entries(notes).map(([id, one]) => [id, isList(id) ? listOf(one) : actionOf(one)]));
}

function actionOf(one: CallNote): SeenAction {
  return { ...callOf(one), items: undefined };
}

/** Of a list whose items all succeeded the results stand apart from their times. */
function listOf(one: Note): SeenAction {
  const whole = callOf(one);
  if (one.e !== undefined) return { ...whole, items: undefined };
  // JSONata makes of a list of one its element, and nothing of an empty one.
  const items = one.i === undefined ? [] : [one.i].flat();
  const results = Array.isArray(one.r) ? one.r : [];
  const failed = items.some(({ e, p }) => e !== undefined || p !== undefined);
  return {
    ...whole,
    attempts: 0,
    end: { kind: 'result', result: null },
    items: items.map((item, index) => callOf(failed ? item : { ...item, r: results[index] ?? null })),
  };
}

function callOf({ t: [entered, retries, endedAt], ...rest }: CallNote): SeenCall {
  return { enteredAt: Date.parse(entered), endedAt, attempts: retries + 1, end: endOf(rest) };
}

function endOf({ r, p, e, c }: Omit<CallNote, 't'>): SeenEnd {
  if (e !== undefined) return { kind: 'error', error: e, cause: c };
  if (p !== undefined) return { kind: 'returned', envelope: p };
  return { kind: 'result', result: r ?? null };
}
