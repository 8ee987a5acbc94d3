/** Which dock hours a delivery could have, best first. */
import { addDays, weekday } from '../calendar.ts';

export interface DockHours {
  /** Docks of the warehouse, numbered from 1. */
  docks: number;
  /** First hour of the day, and the hour at which the last slot ends. */
  opens: number;
  closes: number;
}

/** Slots of one hour, Monday to Friday, from the first day on: by day, hour, dock. */
export function* dockSlots(firstDay: string, days: number, { docks, opens, closes }: DockHours): Generator<string> {
  for (let ahead = 0; ahead < days; ahead++) {
    const day = addDays(firstDay, ahead);
    if (weekday(day) > 5) continue;
    for (let hour = opens; hour < closes; hour++) {
      for (let dock = 1; dock <= docks; dock++) yield slotKey(day, hour, dock);
    }
  }
}

export function slotKey(day: string, hour: number, dock: number): string {
  return `${day}#${twoDigits(hour)}#${String(dock).padStart(4, '0')}`;
}

export function parseSlot(slot: string): { date: string; hour: number; dock: number } {
  const [date, hour, dock] = slot.split('#');
  return { date: date!, hour: Number(hour), dock: Number(dock) };
}

function twoDigits(hour: number): string {
  return String(hour).padStart(2, '0');
}
