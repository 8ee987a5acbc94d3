/** Runs for the tests of what terminals show: one that has everything, builders, and random ones. */
import fc from 'fast-check';
import type { ActionRecord, ActionStatus, ItemRecord, RunRecord } from '../../../lib/engine/records.ts';

const BEGIN = Date.parse('2026-03-02T09:00:00.000Z');

/** The moment `ms` after the runs of these tests begin. */
export function at(ms: number): string {
  return new Date(BEGIN + ms).toISOString();
}

/** An action that ran between two moments of its run, or never: `from` is null. */
export function action(
  id: string,
  from: number | null,
  to: number | null,
  changes: Partial<ActionRecord> = {},
): ActionRecord {
  const status = changes.status ?? 'succeeded';
  return {
    id,
    status,
    success: status === 'succeeded' || status === 'fallback',
    result: null,
    tool_name: `tool_of_${id}`,
    attempts: from === null ? 0 : 1,
    execution_time_ms: from === null || to === null ? 0 : to - from,
    started_at: from === null ? null : at(from),
    finished_at: to === null ? null : at(to),
    error: null,
    error_type: null,
    reason: null,
    ...changes,
  };
}

export function items(durations: number[], failed: readonly number[] = []): ItemRecord[] {
  return durations.map((ms, index) =>
    failed.includes(index)
      ? {
          index,
          status: 'failed',
          attempts: 2,
          execution_time_ms: ms,
          error_type: 'no_route',
          error: 'No way leads there.',
        }
      : { index, status: 'succeeded', attempts: 1, execution_time_ms: ms, result: index },
  );
}

export function runOf(records: ActionRecord[], changes: Partial<RunRecord> = {}): RunRecord {
  const makespan = records.reduce(
    (most, { finished_at }) => Math.max(most, Date.parse(finished_at ?? at(0)) - BEGIN),
    0,
  );
  const sequential = records.reduce((sum, record) => sum + record.execution_time_ms, 0);
  return {
    run_id: '01JNB8Q5ZK7T',
    name: 'replenish-wh001',
    status: 'succeeded',
    engine: 'express',
    started_at: at(0),
    finished_at: at(makespan),
    makespan_ms: makespan,
    sequential_ms: sequential,
    speedup: makespan === 0 ? 1 : sequential / makespan,
    results: {},
    records,
    error: null,
    warnings: [],
    ...changes,
  };
}

/** Something of everything: attempts, a list, a failure, a fallback, a skipped and a cancelled action, a warning. */
export const eventful = runOf(
  [
    action('reorder', 40, 410),
    action('vendors', 42, 980, { attempts: 2 }),
    action('demand_forecast_of_all_warehouses', 44, 1260),
    action('orders', 990, 1480),
    action('routes', 1500, 2290, { items: items([210, 340, 790, 180]) }),
    action('freight', 1502, 2100, {
      status: 'failed',
      attempts: 3,
      error_type: 'carrier_unavailable',
      error: 'No carrier answered for the lane DE-PL; the last answer was HTTP 503 from rates.example.com.',
    }),
    action('rates', 1000, 1010, { status: 'fallback', reason: 'every attempt failed', error: 'HTTP 500' }),
    action('consolidate', null, null, { status: 'skipped', reason: 'requires freight, which failed' }),
    action('label', null, null, { status: 'skipped', reason: 'requires freight, which failed' }),
    action('quote', 1500, null, { status: 'cancelled', reason: 'lost the race, outcome unknown' }),
  ],
  { status: 'partial', makespan_ms: 2400, sequential_ms: 7100, speedup: 2.96, warnings: ['2 estimates are guesses.'] },
);

const STATUSES: ActionStatus[] = ['succeeded', 'fallback', 'failed', 'timeout', 'skipped', 'cancelled'];
const HOSTILE = [
  '\u001b[31mred',
  '\u001b]0;title\u0007x',
  '\u001b]8;;http://evil\u001b\\link',
  '\u009b2J',
  '\u0090q\u009c',
  'a\r\nb\tc',
  '\u202egnp.exe',
  '日本語テスト',
  '👩‍👩‍👧‍👦🇩🇪❤️',
  'e\u0301\u0301\u0301\u0301\u0301\u0301',
  '\ud800',
  '\u3164\u200b',
  '\u0007\u0008\u007f',
];

export const planIds = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,63}$/);
/** What a model or a tool may say: anything, and what attacks terminals in particular. */
export const foreignText = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }), fc.lorem()), { maxLength: 8 })
  .map((parts) => parts.join(' '));

const moments = fc.oneof(fc.nat(5_000), fc.nat(10_000_000), fc.constant(0));
const maybeText = fc.option(foreignText);

function records(ids: fc.Arbitrary<string>): fc.Arbitrary<ActionRecord> {
  return fc
    .record({
      id: ids,
      status: fc.constantFrom(...STATUSES),
      from: fc.option(moments),
      lasts: fc.option(moments),
      attempts: fc.integer({ min: 0, max: 120 }),
      error: maybeText,
      error_type: maybeText,
      reason: maybeText,
      items: fc.option(fc.array(fc.nat(5_000), { maxLength: 12 })),
    })
    .map(({ id, from, lasts, items: durations, ...rest }) =>
      action(id, from, from === null || lasts === null ? null : from + lasts, {
        ...rest,
        ...(durations !== null && { items: items(durations, [1, 3, 4, 5, 6]) }),
      }),
    );
}

/** Random runs whose actions are called as `ids` says. */
export function randomRuns(ids: fc.Arbitrary<string>, most = 70): fc.Arbitrary<RunRecord> {
  return fc
    .record({
      records: fc.uniqueArray(records(ids), { maxLength: most, selector: ({ id }) => id, size: 'max' }),
      status: fc.constantFrom('running', 'succeeded', 'partial', 'failed', 'timed_out', 'cancelled'),
      name: foreignText,
      run_id: foreignText,
      error: maybeText,
      warnings: fc.array(foreignText, { maxLength: 15 }),
      speedup: fc.double({ min: 0.01, max: 500, noNaN: true }),
    })
    .map(({ records: list, ...changes }) => runOf(list, changes));
}
