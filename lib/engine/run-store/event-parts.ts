/** The events of a run as items: many in one item where they fit, one in several where it does not. */
import type { StoredEvent } from '../runs/stored-event.ts';
import type { Item } from './documents.ts';
import { partsOf } from './parts.ts';
import { MAX_PART_BYTES } from './table.ts';

/** Named by the last event that it holds, so that those after an event are found by their names. */
function batchName(lastSequence: number): string {
  return `events#${String(lastSequence).padStart(9, '0')}`;
}

/** Sort keys of the batches with events after this one, from and to. */
export function batchesAfter(sequence: number): [string, string] {
  // A part of a batch is named `<batch>#<n>`, which comes after the bare name: `~` comes after both.
  return [`${batchName(sequence)}~`, 'events~'];
}

/** Consecutive events as items of the partition of `base`. */
export function eventItems(base: Item, events: readonly StoredEvent[]): Item[] {
  return batchesOf(events).flatMap(({ last, text }) => partsOf(base, batchName(last), text));
}

/** The events of items in the order of their sort keys. */
export function eventsOf(items: readonly Item[]): StoredEvent[] {
  const batches = Map.groupBy(items, ({ part }) => String(part).split('#').slice(0, 2).join('#'));
  const bySequence = new Map<number, StoredEvent>();
  for (const batch of batches.values()) {
    const contents = batch.map(({ content }) => content).filter((content) => content instanceof Uint8Array);
    for (const event of parseEvents(Buffer.concat(contents).toString())) bySequence.set(event.sequence, event);
  }
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/** A batch of several parts may have been written only in part when the process ended. */
function parseEvents(text: string): StoredEvent[] {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}

function batchesOf(events: readonly StoredEvent[]): { last: number; text: string }[] {
  const batches: { last: number; text: string }[] = [];
  let texts: string[] = [];
  let bytes = 0;
  let last = 0;
  const close = () => {
    if (texts.length > 0) batches.push({ last, text: `[${texts.join(',')}]` });
    [texts, bytes] = [[], 0];
  };
  for (const event of events) {
    const text = JSON.stringify(event);
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > MAX_PART_BYTES - 2) close();
    texts.push(text);
    bytes += size;
    last = event.sequence;
  }
  close();
  return batches;
}
