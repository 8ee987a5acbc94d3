import { describe, expect, it } from 'vitest';
import { createStyle } from '../../../lib/cli/render/style.ts';
import { renderTimeline } from '../../../lib/cli/render/timeline.ts';
import { action, eventful, items, runOf } from './runs.ts';

const plain = createStyle({ color: false, unicode: true });
const ascii = createStyle({ color: false, unicode: false });

describe('renderTimeline', () => {
  it('shows an eventful run at 80 columns', () => {
    const text = renderTimeline(eventful, { width: 80, style: plain, criticalPathMs: 2310 });

    expect(text).toMatchInlineSnapshot(`
      "replenish-wh001 · express · 01JNB8Q5ZK7T

      ✓ reorder               │▐████▌                            370 ms      succeeded
      ✓ vendors               │▐████████████▏                    938 ms  ×2  succeeded
      ✓ demand_for…arehouses  │▐███████████████▊                  1.2 s      succeeded
      ✓ orders                │             ▐█████▊              490 ms      succeeded
      ✓ routes                │                    ██████████▌   790 ms      succeeded
                              │ 4/4 items, 180 ms to 790 ms
      ✗ freight               │                    ████████      598 ms  ×3  failed
      ↳ rates                 │             ▏                     10 ms      fallback
      ↷ consolidate           │ requires freight, which failed        –      skipped
      ↷ label                 │ requires freight, which failed        –      skipped
      ⊘ quote                 │                    ░░░░░░░░░░░░       –      cancelled
                              └─────────────┬─────────────┬────
                              0            1 s           2 s

      ◑ partial · 5 of 10 actions succeeded · 1 fell back · 1 failed · 2 skipped
      1 cancelled
      makespan 2.4 s · one after another 7.1 s · 3.0× faster
      critical path 2.3 s (makespan is 1.04× of it)

      Failures
        ✗ freight (3 attempts): carrier_unavailable: No carrier answered for the lane
          DE-PL; the last answer was HTTP 503 from rates.example.com.

      Fell back
        ↳ rates: every attempt failed

      Skipped
        ↷ consolidate, label: requires freight, which failed

      Cancelled
        ⊘ quote: lost the race, outcome unknown

      Warnings
        ! 2 estimates are guesses."
    `);
  });

  it('shows the same run at 120 columns, the notes on items beside their bars', () => {
    const text = renderTimeline(eventful, { width: 120, style: plain, criticalPathMs: 2310 });

    expect(text).toMatchInlineSnapshot(`
      "replenish-wh001 · express · 01JNB8Q5ZK7T

      ✓ reorder                         │ █████████▋                                                     370 ms      succeeded
      ✓ vendors                         │ ████████████████████████▍                                      938 ms  ×2  succeeded
      ✓ demand_forecast…all_warehouses  │ ███████████████████████████████▌                                1.2 s      succeeded
      ✓ orders                          │                         ▐████████████▎                         490 ms      succeeded
      ✓ routes                          │          4/4 items, 180 ms to 790 ms ▕████████████████████▏    790 ms      succeeded
      ✗ freight                         │                                      ▕███████████████▎         598 ms  ×3  failed
      ↳ rates                           │                         ▕▏                                      10 ms      fallback
      ↷ consolidate                     │ requires freight, which failed                                      –      skipped
      ↷ label                           │ requires freight, which failed                                      –      skipped
      ⊘ quote                           │                                      ░░░░░░░░░░░░░░░░░░░░░░░░       –      cancelled
                                        └─────────────┬────────────┬────────────┬────────────┬─────────
                                        0          500 ms         1 s         1.5 s         2 s

      ◑ partial · 5 of 10 actions succeeded · 1 fell back · 1 failed · 2 skipped · 1 cancelled
      makespan 2.4 s · one after another 7.1 s · 3.0× faster · critical path 2.3 s (makespan is 1.04× of it)

      Failures
        ✗ freight (3 attempts): carrier_unavailable: No carrier answered for the lane DE-PL; the last answer was HTTP 503 from
          rates.example.com.

      Fell back
        ↳ rates: every attempt failed

      Skipped
        ↷ consolidate, label: requires freight, which failed

      Cancelled
        ⊘ quote: lost the race, outcome unknown

      Warnings
        ! 2 estimates are guesses."
    `);
  });

  it('leaves the words for statuses out of a narrow terminal, and Unicode where there is none', () => {
    const text = renderTimeline(eventful, { width: 48, style: ascii });

    expect(text).toMatchInlineSnapshot(`
      "replenish-wh001 | express | 01JNB8Q5ZK7T

      + reorder       |####                 370 ms
      + vendors       |########             938 ms  x2
      + deman...uses  |##########            1.2 s
      + orders        |       #####         490 ms
      + routes        |           ########  790 ms
                      | 4/4 items, 180 ms to 790 ms
      x freight       |           ######    598 ms  x3
      > rates         |       #              10 ms
      - consolidate   | requires freigh...       -
      - label         | requires freigh...       -
      / quote         |           ........       -
                      +--------+-------+--
                      0       1 s     2 s

      % partial | 5 of 10 actions succeeded
      1 fell back | 1 failed | 2 skipped | 1 cancelled
      makespan 2.4 s | one after another 7.1 s
      3.0x faster

      Failures
        x freight (3 attempts): carrier_unavailable:
          No carrier answered for the lane DE-PL; the
          last answer was HTTP 503 from
          rates.example.com.

      Fell back
        > rates: every attempt failed

      Skipped
        - consolidate, label: requires freight, which
          failed

      Cancelled
        / quote: lost the race, outcome unknown

      Warnings
        ! 2 estimates are guesses."
    `);
  });

  it('shows a run in which all went well without a word too many', () => {
    const run = runOf([action('a', 0, 1000), action('b', 0, 1500), action('c', 1500, 4000)]);

    const text = renderTimeline(run, { width: 60, style: plain });

    expect(text).toMatchInlineSnapshot(`
      "replenish-wh001 · express · 01JNB8Q5ZK7T

      ✓ a  │███████████▊                                     1.0 s
      ✓ b  │█████████████████▋                               1.5 s
      ✓ c  │                 ▐█████████████████████████████  2.5 s
           └────────────┬───────────┬──────────┬──────────┬
           0           1 s         2 s        3 s       4 s

      ✓ succeeded · 3 of 3 actions succeeded
      makespan 4.0 s · one after another 5.0 s · 1.3× faster"
    `);
  });

  it('shows a run that never began anything', () => {
    const run = runOf([action('a', null, null, { status: 'cancelled', reason: 'the run was stopped' })], {
      status: 'cancelled',
      error: 'Stopped by the caller.',
    });

    const text = renderTimeline(run, { width: 60, style: plain });

    expect(text).toMatchInlineSnapshot(`
      "replenish-wh001 · express · 01JNB8Q5ZK7T

      ⊘ a  │ the run was stopped                                 –

      ⊘ cancelled · 0 of 1 action succeeded · 1 cancelled
      Stopped by the caller.
      makespan 0 ms

      Cancelled
        ⊘ a: the run was stopped"
    `);
  });

  it('shows a run without actions', () => {
    const text = renderTimeline(runOf([]), { width: 60, style: plain });

    expect(text).toContain('0 of 0 actions succeeded');
  });

  it('names the items of a list that failed, up to three', () => {
    const run = runOf([
      action('routes', 0, 900, {
        status: 'failed',
        error_type: 'item_failed',
        error: '5 of 6 items failed.',
        items: items([100, 200, 300, 400, 500, 600], [0, 1, 2, 3, 4]),
      }),
    ]);

    const lines = renderTimeline(run, { width: 80, style: plain }).split('\n');

    expect(lines.slice(lines.indexOf('Failures'))).toEqual([
      'Failures',
      '  ✗ routes: item_failed: 5 of 6 items failed.',
      '    item 0: no_route: No way leads there. ×2',
      '    item 1: no_route: No way leads there. ×2',
      '    item 2: no_route: No way leads there. ×2',
      '    … 2 more items failed',
    ]);
  });

  it('keeps what failed, was repeated or took longest of a long list, and counts the rest', () => {
    const quick = Array.from({ length: 200 }, (_, index) => action(`quick_${index}`, index, index + 5));
    const run = runOf([
      ...quick.slice(0, 100),
      action('repeated', 0, 1, { attempts: 2 }),
      action('broken', null, null, { status: 'failed', error: 'no' }),
      action('long', 0, 900),
      ...quick.slice(100),
    ]);

    const lines = renderTimeline(run, { width: 100, style: plain }).split('\n');

    const ids = lines.filter((line) => line.includes('│')).map((line) => line.split(/ +/)[1]);
    expect(ids).toHaveLength(60);
    expect(ids.indexOf('repeated')).toBeLessThan(ids.indexOf('broken'));
    expect(ids.indexOf('broken')).toBeLessThan(ids.indexOf('long'));
    expect(lines).toContain('143 actions not shown: 143 of 143 succeeded; the longest took 5 ms');
  });

  it('cuts a long error to a few lines', () => {
    const run = runOf([action('a', 0, 10, { status: 'failed', error: 'word '.repeat(50_000) })]);

    const lines = renderTimeline(run, { width: 80, style: plain }).split('\n');

    expect(lines.slice(lines.indexOf('Failures'))).toHaveLength(7);
    expect(lines.at(-1)).toMatch(/word …$/);
  });

  it.each([
    [3.04, '3.0× faster'],
    [1.01, 'no faster'],
    [0.5, '2.0× slower'],
  ])('says of a speed-up of %d: %s', (speedup, words) => {
    const run = runOf([action('a', 0, 10)], { speedup });

    expect(renderTimeline(run, { width: 80, style: plain })).toContain(words);
  });

  it('writes nothing to the terminal that an action made up', () => {
    const evil = '\u001b]0;owned\u0007\u001b[2Jhello\rworld\u202e';
    const run = runOf([action(evil, 0, 10, { status: 'failed', error: evil, error_type: evil, reason: evil })], {
      name: evil,
      run_id: evil,
      error: evil,
      warnings: [evil],
    });

    const text = renderTimeline(run, { width: 80, style: plain });

    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text).not.toContain('owned');
  });
});
