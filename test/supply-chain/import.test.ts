import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateReader } from '../../lib/supply-chain/import/dates.ts';
import { importCsv } from '../../lib/supply-chain/import/import-csv.ts';
import { formatImportReport } from '../../lib/supply-chain/import/report.ts';
import { ensureSampleData } from '../../lib/supply-chain/sample/ensure.ts';
import { localStores } from './support.ts';

const STOCK = {
  records: [
    {
      kind: 'inventory',
      fields: {
        warehouse_code: 'Site',
        item_code: 'SKU',
        on_hand: { column: 'Stock', thousands: ',' },
        on_order: { column: 'Coming', empty: ['-'] },
        as_of: { column: 'Counted', formats: ['D.M.YYYY', 'YYYY-MM-DD'] },
      },
    },
  ],
};

describe('importing a CSV file', () => {
  const databases = localStores();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepweave-import-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const csv = async (...lines: string[]) => {
    const file = join(folder, 'stock.csv');
    await writeFile(file, lines.join('\n'));
    return file;
  };

  it('takes what the map says and counts what is not so', async () => {
    const store = await databases.store();
    const file = await csv(
      'Site,SKU,Stock,Coming,Counted',
      'W1,A,"1,250",3,24.12.2025',
      'W1,B,many,3,2025-12-24',
      'W1,C,7,a few,2025-12-25',
      'W1,D,8,-,31.2.2025',
      'W1,E,-4,,',
      'W1,,5,,',
    );

    const report = await importCsv({ file, map: STOCK, store });

    expect(await store.inventory('W1')).toEqual([
      { warehouse_code: 'W1', item_code: 'A', on_hand: 1250, on_order: 3, as_of: '2025-12-24' },
      { warehouse_code: 'W1', item_code: 'C', on_hand: 7, as_of: '2025-12-25' },
      { warehouse_code: 'W1', item_code: 'D', on_hand: 8 },
    ]);
    expect(report).toMatchObject({ rows: 6, kinds: [{ kind: 'inventory', accepted: 3, rejected: 3, distinct: 3 }] });
    expect(report.as_of).toBe('2025-12-25');
    expect(formatImportReport(report)).toBe(
      [
        '6 rows read from stock.csv',
        '  inventory: 3 accepted, 3 rejected',
        'Records rejected, because a required field is bad:',
        '  on_hand: not a number "many": 1 row (line 3)',
        '  on_hand: Too small: expected number to be >=0 "-4": 1 row (line 6)',
        '  item_code: empty: 1 row (line 7)',
        'Fields left empty, because their text is not what the map says:',
        '  on_order: not a number "a few": 1 row (line 4)',
        '  as_of: not a date (D.M.YYYY or YYYY-MM-DD) "31.2.2025": 1 row (line 5)',
        'The data end on 2025-12-25.',
      ].join('\n'),
    );
  });

  it('reports rows that are not as the header says, and a quote that swallows the rest', async () => {
    const store = await databases.store();
    const file = await csv(
      'Site,SKU,Stock,Coming,Counted',
      'W1,A 3",1,,',
      'W1,C,1',
      'W1,D,1,,',
      'W1,"E,1,,',
      'W1,F,1,,',
    );

    const report = await importCsv({ file, map: STOCK, store });

    expect((await store.inventory('W1')).map(({ item_code }) => item_code)).toEqual(['A 3"', 'D']);
    expect(report.complete).toBe(false);
    expect(report.malformed).toEqual([
      { reason: '3 cells instead of 5', rows: 1, example_lines: [3] },
      { reason: expect.stringContaining('a quote that opens here is not closed'), rows: 1, example_lines: [5] },
    ]);
  });

  it('names everything that is wrong with a map at once, and changes nothing', async () => {
    const store = await databases.store();
    const file = await csv('Site,SKU,Stock', 'W1,A,1');
    const map = {
      records: [
        {
          kind: 'inventory',
          fields: {
            warehouse_code: 'Sight',
            on_hand: { column: 'Stock', formats: ['YYYY-MM-DD'] },
            as_of: { constant: 'yesterday' },
            colour: 'SKU',
          },
        },
      ],
    };

    const refused = await importCsv({ file, map, store }).catch((error) => error);

    expect(refused).toMatchObject({ code: 'invalid_column_map', fault: 'user' });
    expect(refused.issues.map(({ code, path }: { code: string; path: string }) => [code, path])).toEqual([
      ['missing_field', 'records[0].fields'],
      ['unknown_column', 'records[0].fields.warehouse_code'],
      ['misplaced_option', 'records[0].fields.on_hand.formats'],
      ['invalid_value', 'records[0].fields.as_of.constant'],
      ['unknown_field', 'records[0].fields.colour'],
    ]);
    expect(refused.message).toContain('allowed: "Site", "SKU", "Stock"');
    expect(await store.isEmpty()).toBe(true);
  });

  it('also of a map whose form is wrong', async () => {
    const store = await databases.store();
    const file = await csv('Site,SKU,Stock', 'W1,A,1');
    const map = {
      records: [
        { kind: 'inventory', fields: { warehouse_code: 'Sight', item_code: { colum: 'SKU' } } },
        { kind: 'boat', fields: { mast: 'Height', sail: 'Stock' } },
      ],
    };

    const refused = await importCsv({ file, map, store }).catch((error) => error);
    const unreadable = await importCsv({ file, map: { ...map, delimiter: '' }, store }).catch((error) => error);

    const codes = ({ issues }: { issues: { code: string; path: string }[] }) =>
      issues.map(({ code, path }) => [code, path]);
    const form = [
      ['unknown_field', 'records[0].fields.item_code.colum'],
      ['wrong_value', 'records[1].kind'],
    ];
    const missing = ['missing_field', 'records[0].fields'];
    expect(codes(refused)).toEqual([
      ...form,
      missing,
      ['unknown_column', 'records[0].fields.warehouse_code'],
      ['unknown_column', 'records[1].fields.mast'],
    ]);
    expect(refused.message).toContain('records[0].fields: inventory records need on_hand');
    expect(codes(unreadable)).toEqual([['out_of_range', 'delimiter'], ...form, missing]);
  });

  it('refuses a map of another shape, a file that is not there and one without a header', async () => {
    const store = await databases.store();
    const code = (promise: Promise<unknown>) => promise.catch((error) => error.code);

    let file = await csv('Site,SKU,Stock,Coming,Counted');
    expect(await code(importCsv({ file, map: { records: [{ kind: 'boat', fields: {} }] }, store }))).toBe(
      'invalid_column_map',
    );
    expect(await code(importCsv({ file: join(folder, 'none.csv'), map: STOCK, store }))).toBe('unreadable_file');
    expect(await code(importCsv({ file: folder, map: STOCK, store }))).toBe('unreadable_file');
    file = await csv();
    expect(await code(importCsv({ file, map: STOCK, store }))).toBe('invalid_csv');
  });

  it('replaces the sample, says so, and adds to what was imported before', async () => {
    const store = await databases.store();
    await ensureSampleData(store);

    const first = await importCsv({
      file: await csv('Site,SKU,Stock,Coming,Counted', 'W1,A,1,,2025-01-02'),
      map: STOCK,
      store,
    });
    const second = await importCsv({
      file: await csv('Site,SKU,Stock,Coming,Counted', 'W2,A,1,,2025-01-01'),
      map: STOCK,
      store,
    });

    expect([first.replaced_sample, second.replaced_sample]).toEqual([true, false]);
    expect(formatImportReport(first)).toContain('The sample data that were in the store have been deleted.');
    expect(second.as_of).toBe('2025-01-02');
    expect((await store.warehouses()).map(({ warehouse_code }) => warehouse_code)).toEqual(['W1', 'W2']);
    expect([await store.inventory('WH001'), await store.openShipments()]).toEqual([[], []]);
  });

  it('leaves the sample alone when the file gives no record', async () => {
    const store = await databases.store();
    await ensureSampleData(store);

    const report = await importCsv({ file: await csv('Site,SKU,Stock,Coming,Counted', 'W1,,,,'), map: STOCK, store });

    expect(report).toMatchObject({ replaced_sample: false, as_of: null });
    expect((await store.inventory('WH001')).length).toBe(24);
  });

  it('streams many rows, with progress', async () => {
    const store = await databases.store();
    const rows = Array.from({ length: 40_000 }, (_, index) => {
      const monday = new Date(Date.UTC(2000, 0, 3) + (index % 1000) * 7 * 86_400_000).toISOString().slice(0, 10);
      return `W1,I${Math.floor(index / 1000)},${monday},${index}`;
    });
    const file = await csv('w,i,week,units', ...rows);
    const fields = { warehouse_code: 'w', item_code: 'i', week_start: 'week', quantity: 'units' };
    const progress: number[] = [];

    const report = await importCsv({
      file,
      map: { records: [{ kind: 'demand', fields }] },
      store,
      onProgress: ({ rows: read }) => progress.push(read),
    });

    expect(report.kinds).toEqual([{ kind: 'demand', accepted: 40_000, rejected: 0, distinct: 40_000 }]);
    expect(progress.length).toBeGreaterThan(10);
    expect((await store.demand('W1')).get('I39')?.at(-1)?.quantity).toBe(39_999);
  });
});

describe('dates of files', () => {
  it.each([
    ['D-MMM-YY', '2-Jun-06', '2006-06-02'],
    ['D-MMM-YY', '31-DEC-99', '1999-12-31'],
    ['M/D/YY', '11/13/06', '2006-11-13'],
    ['YYYY-MM-DD', '0099-01-01', '0099-01-01'],
    ['DD.MM.YYYY', '1.1.2025', undefined],
    ['M/D/YY', '13/11/06', undefined],
    ['YYYY-MM-DD', '2025-02-29', undefined],
  ])('%s reads %s as %s', (format, text, date) => {
    expect(dateReader([format])(text)).toBe(date);
  });
});
