/** What makes two requests for a run the same: their idempotency key decides the id of the run. */
import { createHash, randomUUID } from 'node:crypto';
import { isJsonObject, type Json, mapValues } from '../../core/json.ts';

/** A UUID; the same for the same caller and key, so that writing the run under it decides who was first. */
export function runIdFor(caller: string, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return randomUUID();
  const hash = createHash('sha256')
    .update(JSON.stringify([caller, idempotencyKey]))
    .digest();
  // Version 8, of one's own making: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** The same for documents that differ only in the order of their fields. */
export function requestHash(request: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(request)))
    .digest('hex');
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const inOrder = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return mapValues(inOrder, sorted);
}
