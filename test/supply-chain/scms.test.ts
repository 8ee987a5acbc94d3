/**
 * The imported SCMS delivery history against numbers worked out from the file by other means. Skipped where the file is
 * not there.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { handler as logistics } from '../../lambdas/logistics/index.ts';
import { handler as supplier } from '../../lambdas/supplier/index.ts';
import { importCsv } from '../../lib/supply-chain/import/import-csv.ts';
import { formatImportReport, type ImportReport } from '../../lib/supply-chain/import/report.ts';
import type { RankingEntry } from '../../lib/supply-chain/orders.ts';
import type { SupplyStore } from '../../lib/supply-chain/store/store.ts';
import { callTool, localStores, sharedData } from './support.ts';

const file = sharedData('scms-delivery-history.csv');
const map = JSON.parse(readFileSync(new URL('../../examples/scms-columns.json', import.meta.url), 'utf8'));

describe.skipIf(file === undefined)('the SCMS delivery history', () => {
  const databases = localStores();
  let store: SupplyStore;
  let report: ImportReport;
  let rows: Record<string, string>[];
  beforeAll(async () => {
    if (file === undefined) return;
    store = await databases.store();
    report = await importCsv({ file, map, store });
    rows = parse(readFileSync(file), { columns: true });
  });

  it('is imported whole, with the holes that it has', () => {
    const isDate = (text: string) => Number.isFinite(Date.parse(text));
    const count = (column: string, text: string) => rows.filter((row) => row[column] === text).length;
    const left = (field: string) =>
      report.problems.filter((problem) => problem.field === field).reduce((sum, problem) => sum + problem.rows, 0);

    expect(report).toMatchObject({ rows: rows.length, malformed: [], replaced_sample: false });
    expect(report.kinds).toEqual([
      { kind: 'shipment', accepted: rows.length, rejected: 0, distinct: rows.length },
      {
        kind: 'item',
        accepted: rows.length,
        rejected: 0,
        distinct: new Set(rows.map((row) => row['Item Description'])).size,
      },
      {
        kind: 'supplier',
        accepted: rows.length,
        rejected: 0,
        distinct: new Set(rows.map((row) => row['Vendor'])).size,
      },
    ]);
    expect(left('freight_cost')).toBe(rows.filter((row) => Number.isNaN(Number(row['Freight Cost (USD)']))).length);
    expect(left('weight_kg')).toBe(rows.filter((row) => Number.isNaN(Number(row['Weight (Kilograms)']))).length);
    expect(left('ordered_date')).toBe(rows.filter((row) => !isDate(row['PO Sent to Vendor Date']!)).length);
    expect(formatImportReport(report)).toContain(
      `freight_cost: not a number "Freight Included in Commodity Cost": ${count('Freight Cost (USD)', 'Freight Included in Commodity Cost').toLocaleString('en-US')} rows`,
    );
  });

  it('gives the same on-time rate, lead time and spend per vendor as counting by hand', async () => {
    const { ranking, not_ranked } = await callTool(supplier, 'analyze_supplier_performance', {
      minimum_deliveries: 1,
      limit: 1000,
    });

    const expected = byVendor(rows);
    expect(not_ranked).toEqual([]);
    expect(ranking.length).toBe(expected.size);
    for (const entry of ranking as RankingEntry[]) {
      const vendor = expected.get(entry.supplier_code)!;
      expect(entry.deliveries).toBe(vendor.deliveries);
      expect(entry.on_time_rate).toBeCloseTo(vendor.onTime / vendor.deliveries, 4);
      expect(Math.abs(entry.spend! - vendor.spend)).toBeLessThan(0.01 + vendor.spend * 1e-9);
      if (vendor.leadTimes.length === 0) expect(entry.average_lead_time_days).toBeNull();
      else
        expect(entry.average_lead_time_days).toBeCloseTo(
          vendor.leadTimes.reduce((a, b) => a + b) / vendor.leadTimes.length,
          1,
        );
    }
  });

  it('counts what was late on a day in the past as counting by hand does', async () => {
    const day = Date.UTC(2012, 2, 1);
    const late = rows.filter((row) => {
      const ordered = usDate(row['PO Sent to Vendor Date']!);
      const isOrdered = Number.isNaN(ordered) || ordered <= day;
      return (
        isOrdered && longDate(row['Scheduled Delivery Date']!) < day && longDate(row['Delivered to Client Date']!) > day
      );
    });

    const delays = await callTool(logistics, 'identify_delayed_shipments', { as_of: '2012-03-01', limit: 5000 });

    expect(delays.delayed.map((one: { shipment_id: string }) => one.shipment_id).sort()).toEqual(
      late.map((row) => row['ID']).sort(),
    );
  });

  it('is not changed by importing it again', async () => {
    const vendors = (await store.suppliers()).map(({ supplier_code }) => supplier_code);
    const before = await store.shipments(vendors);

    const again = await importCsv({ file: file!, map, store });

    expect(again).toEqual(report);
    expect(await store.shipments(vendors)).toEqual(before);
    expect((await store.suppliers()).length).toBe(vendors.length);
  });
});

interface Vendor {
  deliveries: number;
  onTime: number;
  spend: number;
  leadTimes: number[];
}

function byVendor(rows: readonly Record<string, string>[]): Map<string, Vendor> {
  const vendors = new Map<string, Vendor>();
  for (const row of rows) {
    const vendor = vendors.get(row['Vendor']!.trim()) ?? { deliveries: 0, onTime: 0, spend: 0, leadTimes: [] };
    vendors.set(row['Vendor']!.trim(), vendor);
    const delivered = longDate(row['Delivered to Client Date']!);
    const ordered = usDate(row['PO Sent to Vendor Date']!);
    vendor.deliveries++;
    if (delivered <= longDate(row['Scheduled Delivery Date']!)) vendor.onTime++;
    vendor.spend += Number(row['Line Item Value']);
    if (!Number.isNaN(ordered)) vendor.leadTimes.push((delivered - ordered) / 86_400_000);
  }
  return vendors;
}

/** `2-Jun-06`, as milliseconds; by the runtime's own parser. */
function longDate(text: string): number {
  return Date.parse(`${text.replace(/-(\d\d)$/, '-20$1')} UTC`);
}

/** `11/13/06`; NaN for text. */
function usDate(text: string): number {
  return Date.parse(`${text.replace(/\/(\d\d)$/, '/20$1')} UTC`);
}
