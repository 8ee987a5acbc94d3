/** What the tools share: the store, the day, and errors that list what exists. */
import * as z from 'zod';
import { PermanentToolError } from '../tools/errors.ts';
import { today } from './calendar.ts';
import type { Warehouse } from './records.ts';
import type { SupplyStore } from './store/store.ts';

export const warehouseField = z
  .string()
  .min(1)
  .describe('Code of the warehouse, as "WH001". An unknown code is answered with the codes that exist.');

export const itemCodesField = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('Only these items. Default: all that it stocks.');

export const asOfField = z.iso
  .date()
  .optional()
  .describe('The day taken for today, YYYY-MM-DD. Default: the last day of the data, so that results can be repeated.');

/** The day that a tool takes for today: the caller's, else the day on which the data end, else this day. */
export async function resolveAsOf(store: SupplyStore, asOf: string | undefined): Promise<string> {
  return asOf ?? (await store.dataset())?.as_of ?? today();
}

export async function requireWarehouse(store: SupplyStore, code: string): Promise<Warehouse> {
  const warehouse = await store.warehouse(code);
  if (warehouse !== undefined) return warehouse;
  const codes = (await store.warehouses()).map(({ warehouse_code }) => warehouse_code);
  throw unknownCode('warehouse', code, codes);
}

/** Lists at most this many codes, so that a message stays readable. */
const LISTED = 40;

export function unknownCode(kind: string, code: string, existing: readonly string[]): PermanentToolError {
  const others = existing.length > LISTED ? ` and ${existing.length - LISTED} more` : '';
  const known =
    existing.length === 0
      ? `the store holds none; load data first (stepweave data import)`
      : `there are: ${existing.slice(0, LISTED).join(', ')}${others}`;
  return new PermanentToolError(`unknown_${kind}`, `there is no ${kind} ${JSON.stringify(code)}; ${known}`);
}

/** Refuses codes that do not exist, naming the first one. */
export function requireKnown(kind: string, codes: readonly string[], existing: readonly string[]): void {
  const known = new Set(existing);
  const unknown = codes.find((code) => !known.has(code));
  if (unknown !== undefined) throw unknownCode(kind, unknown, existing);
}
