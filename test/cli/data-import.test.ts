/** Loading one's own records from the command line, and a plan over them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, folder, stepweave } from './support.ts';

const SCMS = '../shared/data/scms-delivery-history.csv';
const hasScms = existsSync(SCMS);
if (!hasScms) console.warn(`Skipped: the tests over ${SCMS}, which is not there.`);

const map = (fields: object) => file({ records: [{ kind: 'demand', fields }] });
const DEMAND = {
  warehouse_code: 'wh',
  item_code: 'item',
  week_start: { column: 'week', formats: ['YYYY-MM-DD'] },
  quantity: 'qty',
};
const CSV = 'wh,item,week,qty\nWH9,NUT,2025-01-06,12\nWH9,NUT,2025-01-13,many\nWH9,NUT,2025-01-20,9\n';

describe('stepweave data import', () => {
  it('loads the rows that are sound and tells of the others by count and reason', async () => {
    const data = join(folder, 'own-data');

    const { status, stdout } = await stepweave(['data', 'import', file(CSV), '--map', map(DEMAND), '--data', data]);

    expect(status).toBe(0);
    expect(stdout).toMatch(/3 rows read/);
    expect(stdout).toMatch(/demand: 2 accepted, 1 rejected/);
    expect(stdout).toMatch(/quantity: not a number "many": 1 row \(line 3\)/);
  });

  it.each([
    ['no record is accepted', 'wh,item,week,qty\nWH9,NUT,2025-01-06,many\n', /no record was imported/],
    ['there are no rows', 'wh,item,week,qty\n', /no record was imported/],
    ['the file is cut off', `${CSV}WH9,"NUT,2025-01-27,1\n`, /could not be read to its end/],
  ])('ends with 1 when %s', async (_, csv, says) => {
    const data = join(folder, 'short-data');

    const { status, stdout, stderr } = await stepweave([
      'data',
      'import',
      file(csv),
      '--map',
      map(DEMAND),
      '--data',
      data,
    ]);

    expect(status).toBe(1);
    expect(stdout).toMatch(/rows? read/);
    expect(stderr).toMatch(says);
  });

  it.each([
    [
      'a column that is not there',
      [file(CSV), '--map', map({ ...DEMAND, quantity: 'amount' })],
      /no column "amount" \(allowed: "wh", "item"/,
    ],
    [
      'a kind of record that is not there',
      [file(CSV), '--map', file({ records: [{ kind: 'demands', fields: {} }] })],
      /records\[0\]\.kind/,
    ],
    ['a file that is not there', ['nothing.csv', '--map', map(DEMAND)], /nothing\.csv/],
    ['a folder', [folder, '--map', map(DEMAND)], /cannot read .*: it is a folder/],
    ['a map that is a folder', [file(CSV), '--map', folder], /cannot read .*: it is a folder/],
    ['a map that is no JSON', [file(CSV), '--map', file('{')], /not JSON/],
    ['no map', [file(CSV)], /required option '--map <file>' not specified/],
  ])('refuses %s', async (_, args, says) => {
    const { status, stderr } = await stepweave(['data', 'import', ...args, '--data', join(folder, 'refused')]);

    expect(status).toBe(2);
    expect(stderr).toMatch(says);
  });

  it('takes its progress bar away before it tells what went wrong', async () => {
    const args = [file('wh\nW\n'), '--map', map(DEMAND), '--data', join(folder, 'refused')];

    const { stderr } = await stepweave(['data', 'import', ...args], { terminal: true });

    expect(stderr.startsWith('\r\u001b[Kstepweave: The column map has 3 problems')).toBe(true);
  });
});

describe.skipIf(!hasScms)('the SCMS delivery history', () => {
  it('is imported with its holes counted, and a plan reviews its vendors', async () => {
    const data = ['--data', join(folder, 'scms')];

    const imported = await stepweave(['data', 'import', SCMS, '--map', 'examples/scms-columns.json', ...data]);
    const reviewed = await stepweave(['run', 'examples/scms-supplier-review.json', ...data]);

    expect(imported.status).toBe(0);
    expect(imported.stdout).toMatch(/freight_cost: not a number "Freight Included in Commodity Cost": 1,442 rows/);
    expect(reviewed.status).toBe(0);
    expect(reviewed.run().records.map(({ id, status }) => [id, status])).toEqual([
      ['vendors', 'succeeded'],
      ['by_group', 'succeeded'],
      ['finalists', 'succeeded'],
      ['late_at_year_end', 'succeeded'],
      ['note', 'succeeded'],
    ]);
  }, 60_000);
});
