/** What a shipment's dates say about it. */
import type { Shipment } from './records.ts';

/** Not delivered yet, as far as the record knows. */
export function isOpen(shipment: Pick<Shipment, 'delivered_date' | 'status'>): boolean {
  return shipment.delivered_date === undefined && shipment.status !== 'delivered' && shipment.status !== 'cancelled';
}

/**
 * The state of a shipment on a day, which may lie in the past: what arrived later was still open, if it had been ordered
 * by then; where the order's date is not known, if it had been promised by then.
 */
export function shipmentAsOf(shipment: Shipment, asOf: string): 'unknown' | 'open' | 'delivered' | 'cancelled' {
  if (shipment.ordered_date !== undefined && shipment.ordered_date > asOf) return 'unknown';
  if (shipment.ordered_date === undefined && arrivedLater(shipment, asOf) && shipment.promised_date > asOf)
    return 'unknown';
  if (shipment.delivered_date !== undefined) return shipment.delivered_date <= asOf ? 'delivered' : 'open';
  if (isOpen(shipment)) return 'open';
  return shipment.status === 'cancelled' ? 'cancelled' : 'unknown';
}

/** Value of a shipment: as recorded, else quantity x unit price; nothing when neither is known. */
export function shipmentValue({ value, quantity, unit_price }: Shipment): number | undefined {
  if (value !== undefined) return value;
  return quantity === undefined || unit_price === undefined ? undefined : quantity * unit_price;
}

function arrivedLater({ delivered_date }: Shipment, asOf: string): boolean {
  return delivered_date !== undefined && delivered_date > asOf;
}
