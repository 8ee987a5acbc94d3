/** Which shipments are open on a day although they were promised before. */
import { daysBetween } from '../calendar.ts';
import type { Shipment } from '../records.ts';
import { shipmentAsOf, shipmentValue } from '../shipments.ts';

export interface Delay {
  shipment: Shipment;
  /** Days since the promised date. */
  daysLate: number;
}

/** Latest first. */
export function delaysAsOf(shipments: readonly Shipment[], asOf: string, minimumDays: number): Delay[] {
  return shipments
    .filter((shipment) => shipmentAsOf(shipment, asOf) === 'open')
    .map((shipment) => ({ shipment, daysLate: daysBetween(shipment.promised_date, asOf) }))
    .filter(({ daysLate }) => daysLate >= minimumDays)
    .sort((a, b) => b.daysLate - a.daysLate || (a.shipment.shipment_id < b.shipment.shipment_id ? -1 : 1));
}

export interface SupplierDelays {
  supplier_code: string;
  delayed: number;
  averageDaysLate: number;
  longestDaysLate: number;
  value: number;
}

/** Most delayed shipments first. */
export function delaysBySupplier(delays: readonly Delay[]): SupplierDelays[] {
  return [...Map.groupBy(delays, ({ shipment }) => shipment.supplier_code)]
    .map(([supplier_code, list]) => ({
      supplier_code,
      delayed: list.length,
      averageDaysLate: list.reduce((sum, { daysLate }) => sum + daysLate, 0) / list.length,
      longestDaysLate: Math.max(...list.map(({ daysLate }) => daysLate)),
      value: list.reduce((sum, { shipment }) => sum + (shipmentValue(shipment) ?? 0), 0),
    }))
    .sort((a, b) => b.delayed - a.delayed || (a.supplier_code < b.supplier_code ? -1 : 1));
}
