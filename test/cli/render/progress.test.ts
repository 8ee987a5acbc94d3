import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createProgress, type Progress } from '../../../lib/cli/render/progress.ts';
import { createStyle } from '../../../lib/cli/render/style.ts';
import { columnsOf } from '../../../lib/core/text.ts';
import type { RunEvent, RunEventBody } from '../../../lib/engine/events.ts';
import type { ActionRecord, RunRecord } from '../../../lib/engine/records.ts';
import { action, at, eventful, foreignText, planIds, randomRuns } from './runs.ts';
import { Screen } from './screen.ts';

const plain = createStyle({ color: false, unicode: true });
const EVIL = 'x\u001b[2J\u001b]0;owned\u0007\r\ny';

function eventAt(ms: number, body: RunEventBody): RunEvent {
  return { time: at(ms), run_id: 'r', sequence: 1, ...body };
}

function started(ms: number, ...ids: string[]): RunEvent {
  return eventAt(ms, {
    type: 'run_started',
    name: 'replenish',
    actions: ids.map((id) => ({ id, tool_name: `tool_of_${id}` })),
  });
}

function begun(ms: number, id: string): RunEvent {
  return eventAt(ms, { type: 'action_started', action_id: id, tool_name: `tool_of_${id}` });
}

function ended(ms: number, record: ActionRecord): RunEvent {
  const type = record.success ? 'action_completed' : record.status === 'skipped' ? 'action_skipped' : 'action_failed';
  return eventAt(ms, { type, action_id: record.id, record });
}

/** The events that a run must have sent, from its records. */
function eventsOf(run: RunRecord): RunEvent[] {
  const msOf = (time: string) => Date.parse(time) - Date.parse(at(0));
  const events = run.records.flatMap((record) => [
    ...(record.started_at === null ? [] : [begun(msOf(record.started_at), record.id)]),
    ended(msOf(record.finished_at ?? run.finished_at ?? at(0)), record),
  ]);
  return [
    started(0, ...run.records.map(({ id }) => id)),
    ...events.toSorted((a, b) => a.time.localeCompare(b.time)),
    eventAt(run.makespan_ms, { type: 'run_completed', run }),
  ];
}

describe('progress in a log', () => {
  function logOf(events: RunEvent[]): string[] {
    let text = '';
    const stream = { write: (part: string) => (text += part) };
    const progress = createProgress(stream, { style: plain, isTty: false, columns: () => 80, now: () => 0 });
    for (const event of events) progress.onEvent(event);
    progress.close();
    return text.split('\n').slice(0, -1);
  }

  it('has a line for each event that matters', () => {
    const retry = eventAt(1700, {
      type: 'progress',
      action_id: 'freight',
      message: 'carrier_unavailable: HTTP 503',
      attempt: 1,
      delay_ms: 300,
    });
    const item = eventAt(1800, { type: 'progress', action_id: 'routes', message: '1 of 4', items_done: 1, items: 4 });
    const note = eventAt(1900, { type: 'progress', action_id: 'routes', message: 'reading roads' });
    const events = [...eventsOf(eventful), retry, item, note].toSorted((a, b) => a.time.localeCompare(b.time));

    const lines = logOf(events);

    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "+0.00 s   run       replenish (10 actions)
      +0.04 s   started   reorder (tool_of_reorder)
      +0.04 s   started   vendors (tool_of_vendors)
      +0.04 s   started   demand_forecast_of_all_warehouses (tool_of_demand_forecast_of_all_warehouses)
      +0.41 s   succeeded reorder in 370 ms
      +0.98 s   succeeded vendors in 938 ms, 2 attempts
      +0.99 s   started   orders (tool_of_orders)
      +1.00 s   started   rates (tool_of_rates)
      +1.01 s   fallback  rates after 10 ms: HTTP 500
      +1.26 s   succeeded demand_forecast_of_all_warehouses in 1.2 s
      +1.48 s   succeeded orders in 490 ms
      +1.50 s   started   routes (tool_of_routes)
      +1.50 s   started   quote (tool_of_quote)
      +1.50 s   started   freight (tool_of_freight)
      +1.70 s   retry     freight attempt 1 failed, again in 300 ms: carrier_unavailable: HTTP 503
      +1.90 s   progress  routes: reading roads
      +2.10 s   failed    freight after 598 ms, 3 attempts: carrier_unavailable: No carrier answered for the lane DE-PL; the last answer was HTTP 503 from rates.example.com.
      +2.29 s   succeeded routes in 790 ms
      +2.29 s   skipped   consolidate: requires freight, which failed
      +2.29 s   skipped   label: requires freight, which failed
      +2.29 s   cancelled quote: lost the race, outcome unknown
      +2.40 s   partial   run replenish-wh001 in 2.4 s"
    `);
  });

  it('says once why an attempt is repeated, and for which item', () => {
    const retry = { type: 'progress', action_id: 'b', attempt: 1, delay_ms: 1000 } as const;
    const message = 'attempt 1 failed, trying again: X: m';

    const lines = logOf([
      eventAt(0, { ...retry, message, error_type: 'X', error: 'm' }),
      eventAt(0, { ...retry, message: `item 1: ${message}`, item: 1, error_type: 'X', error: 'm' }),
      eventAt(0, { ...retry, message: 'item 1: ', item: 1, error_type: 'X', error: '' }),
      eventAt(0, { ...retry, message: '' }),
    ]);

    expect(lines).toEqual([
      '+0.00 s   retry     b attempt 1 failed, again in 1.0 s: X: m',
      '+0.00 s   retry     b item 1: attempt 1 failed, again in 1.0 s: X: m',
      '+0.00 s   retry     b item 1: attempt 1 failed, again in 1.0 s: X',
      '+0.00 s   retry     b attempt 1 failed, again in 1.0 s: no message',
    ]);
  });

  it('keeps what an event says on its line', () => {
    const lines = logOf([
      started(0, EVIL),
      begun(1, EVIL),
      eventAt(2, { type: 'progress', action_id: EVIL, message: EVIL, delay_ms: 5 }),
      ended(3, action(EVIL, 1, 3, { status: 'failed', error: EVIL.repeat(1_000), error_type: EVIL })),
    ]);

    expect(lines).toHaveLength(4);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
    expect(Math.max(...lines.map(columnsOf))).toBeLessThan(400);
  });
});

describe('progress on a terminal', () => {
  interface Terminal {
    screen: Screen;
    progress: Progress;
    /** Lets time pass up to a moment of the run. */
    waitUntil(ms: number): void;
    ticking(): boolean;
  }

  function terminal({ columns = 80, rows = 24, ahead = 0 } = {}): Terminal {
    const screen = new Screen(columns);
    let now = Date.parse(at(0)) + ahead;
    let ticks: { run: () => void; due: number; ms: number } | undefined;
    const progress = createProgress(screen, {
      style: plain,
      isTty: true,
      columns: () => screen.columns,
      rows: () => rows,
      now: () => now,
      ticker: (run, ms) => {
        ticks = { run, ms, due: now + ms };
        return () => {
          ticks = undefined;
        };
      },
    });
    const waitUntil = (ms: number) => {
      const end = Date.parse(at(ms)) + ahead;
      for (; ticks !== undefined && ticks.due <= end; ticks.due += ticks.ms) {
        now = ticks.due;
        ticks.run();
      }
      now = end;
    };
    return { screen, progress, waitUntil, ticking: () => ticks !== undefined };
  }

  it('draws what runs, and lets what has ended scroll up', () => {
    const { screen, progress, waitUntil } = terminal();
    progress.onEvent(started(0, 'reorder', 'vendors', 'routes', 'freight'));
    for (const id of ['reorder', 'vendors', 'routes', 'freight']) progress.onEvent(begun(0, id));
    progress.onEvent(ended(370, action('reorder', 0, 370)));
    progress.onEvent(ended(900, action('vendors', 0, 900, { status: 'failed', attempts: 2, error: 'HTTP 500' })));
    progress.onEvent(eventAt(1000, { type: 'progress', action_id: 'routes', message: '', items_done: 3, items: 6 }));
    progress.onEvent(
      eventAt(1100, { type: 'progress', action_id: 'freight', message: 'HTTP 503', attempt: 1, delay_ms: 600 }),
    );

    waitUntil(1200);

    expect(screen.text).toMatchInlineSnapshot(`
      "✓ reorder     370 ms
      ✗ vendors     900 ms  ×2  failed: HTTP 500
      2 of 4 done · 2 running · 1 failed · 1.2 s  replenish
      ⠹ routes       1.2 s  3/6 items
      ◷ freight      1.2 s  attempt 2 in 500 ms: HTTP 503"
    `);

    waitUntil(1800);

    expect(screen.text).toMatchInlineSnapshot(`
      "✓ reorder     370 ms
      ✗ vendors     900 ms  ×2  failed: HTTP 500
      2 of 4 done · 2 running · 1 failed · 1.8 s  replenish
      ⠇ routes       1.8 s  3/6 items
      ⠇ freight      1.8 s  attempt 2 after HTTP 503"
    `);
  });

  it('tells of an item that waits beside how far its list is', () => {
    const { screen, progress, waitUntil } = terminal();
    const fields = { type: 'progress', action_id: 'routes' } as const;
    progress.onEvent(started(0, 'routes'));
    progress.onEvent(begun(0, 'routes'));
    progress.onEvent(eventAt(100, { ...fields, message: '', items_done: 1, items: 3 }));
    const retry = { ...fields, item: 2, attempt: 1, delay_ms: 800, error_type: 'X', error: 'm' };
    progress.onEvent(eventAt(200, { ...retry, message: 'item 2: attempt 1 failed, trying again: X: m' }));
    progress.onEvent(eventAt(300, { ...fields, message: '', items_done: 2, items: 3 }));

    waitUntil(400);
    expect(screen.text).toContain('2/3 items · item 2: attempt 2 in 600 ms: X: m');

    waitUntil(1_100);
    expect(screen.text).toMatch(/1\.1 s {2}2\/3 items$/);
  });

  it('lets other lines scroll up above what runs, before, during and after it', () => {
    const { screen, progress, waitUntil } = terminal({ columns: 40 });
    progress.line('before');
    progress.onEvent(started(0, 'a'));
    progress.onEvent(begun(0, 'a'));
    progress.line(`[fn] ${EVIL} ${'long '.repeat(10)}`);
    waitUntil(100);
    expect(screen.text).toMatchInlineSnapshot(`
      "before
      [fn] x
      y long long long long long long long
      long long long
      0 of 1 done · 1 running · 100 ms  repl…
      ⠙ a           100 ms  tool_of_a"
    `);

    progress.close();
    progress.line('after');

    expect(screen.text).toMatch(/^before\n\[fn\] x\ny.*\nafter$/s);
    expect(screen.text).not.toContain('running');
  });

  it('cuts long ids in the middle, where those of one plan differ least', () => {
    const { screen, progress, waitUntil } = terminal({ columns: 40 });
    const ids = ['action_with_a_long_name_1', 'action_with_a_long_name_2'];
    progress.onEvent(started(0, ...ids));
    for (const id of ids) progress.onEvent(begun(0, id));

    waitUntil(100);

    expect(screen.text).toContain('action…ame_1');
    expect(screen.text).toContain('action…ame_2');
  });

  it('leaves the lines of ended actions alone behind, and the cursor as it was', () => {
    const { screen, progress, waitUntil, ticking } = terminal();
    for (const event of eventsOf(eventful)) progress.onEvent(event);
    waitUntil(100);
    expect(screen.cursorHidden).toBe(true);

    progress.close();

    expect(screen.text).toMatchInlineSnapshot(`
      "✓ reorder                     370 ms
      ✓ vendors                     938 ms  ×2
      ↳ rates                        10 ms  fallback: HTTP 500
      ✓ demand_forec…_warehouses     1.2 s
      ✓ orders                      490 ms
      ✗ freight                     598 ms  ×3  failed: carrier_unavailable: No carr…
      ✓ routes                      790 ms
      ↷ consolidate                      –  skipped: requires freight, which failed
      ↷ label                            –  skipped: requires freight, which failed
      ⊘ quote                            –  cancelled: lost the race, outcome unknown"
    `);
    expect(screen.cursorHidden).toBe(false);
    expect(ticking()).toBe(false);
  });

  it('writes nothing after it was closed', () => {
    const { screen, progress } = terminal();
    progress.onEvent(started(0, 'a'));
    progress.close();
    const writes = screen.writes.length;

    progress.onEvent(begun(1, 'a'));
    progress.close();

    expect(screen.writes).toHaveLength(writes);
  });

  it('writes nothing at all when nothing happened', () => {
    const { screen, progress } = terminal();

    progress.close();

    expect(screen.writes).toEqual([]);
  });

  it('redraws at most ten times a second, however many events come', () => {
    const { screen, progress, waitUntil } = terminal();
    const ids = Array.from({ length: 100 }, (_, index) => `a${index}`);
    progress.onEvent(started(0, ...ids));

    for (const [index, id] of ids.entries()) {
      waitUntil(index * 10);
      progress.onEvent(begun(index * 10, id));
    }

    expect(screen.writes.length).toBeLessThanOrEqual(11);
  });

  it('is never higher than the terminal', () => {
    const { screen, progress, waitUntil } = terminal({ rows: 8 });
    const ids = Array.from({ length: 30 }, (_, index) => `a${index}`);
    progress.onEvent(started(0, ...ids));
    for (const id of ids) progress.onEvent(begun(0, id));

    waitUntil(200);

    const lines = screen.text.split('\n');
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toBe('  … 25 more running');
  });

  it('measures by the clock of the events, not by its own', () => {
    const { screen, progress, waitUntil } = terminal({ ahead: 3_600_000 });
    progress.onEvent(started(0, 'a'));
    progress.onEvent(begun(500, 'a'));

    waitUntil(2_500);

    expect(screen.text).toContain('2.5 s  replenish');
    expect(screen.text).toContain('2.0 s  tool_of_a');
  });

  it('draws over itself also after the terminal became narrower', () => {
    const { screen, progress, waitUntil } = terminal();
    progress.onEvent(started(0, 'reorder', 'vendors'));
    progress.onEvent(begun(0, 'reorder'));
    progress.onEvent(begun(0, 'vendors'));
    waitUntil(1_000);

    screen.resize(30);
    waitUntil(1_100);

    expect(screen.text).toMatchInlineSnapshot(`
      "0 of 2 done · 2 running · 1.…
      ⠙ reorder      1.1 s  tool_o…
      ⠙ vendors      1.1 s  tool_o…"
    `);
  });

  it('stops its real timer', () => {
    vi.useFakeTimers();
    try {
      const screen = new Screen(80);
      const progress = createProgress(screen, { style: plain, isTty: true, columns: () => 80, now: Date.now });
      progress.onEvent(started(0, 'a'));
      expect(vi.getTimerCount()).toBe(1);

      progress.close();

      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('never writes beyond the width or more than the screen, whatever the run says', () => {
    const runs = randomRuns(fc.oneof(planIds, foreignText), 30);
    const sizes = fc.record({ columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 3, max: 50 }) });
    fc.assert(
      fc.property(runs, sizes, (run, size) => {
        const { screen, progress, waitUntil } = terminal(size);

        for (const event of eventsOf({ ...run, makespan_ms: 0 }).slice(0, -1)) progress.onEvent(event);
        waitUntil(300);
        const live = screen.height - run.records.length;
        progress.close();

        const lines = screen.writes
          .join('')
          .split('\n')
          .map((line) => line.replace(MOVES, ''));
        expect(lines.filter((line) => columnsOf(line) >= size.columns)).toEqual([]);
        expect(lines.join('')).not.toMatch(/\p{Cc}/u);
        expect(live).toBeLessThanOrEqual(size.rows);
        expect(screen.text.split('\n').filter(Boolean)).toHaveLength(run.records.length);
      }),
    );
  });
});

/** What the live area writes beside text: returns, cursor movements, clearing. */
const MOVES = new RegExp(`\r|${String.fromCharCode(27)}\\[\\??\\d*[AKJlh]`, 'g');
