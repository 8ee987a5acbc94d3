/** The result of a Parallel or a Map. */
import { MAX_PAYLOAD_BYTES } from '../asl/limits.ts';
import type { Json } from '../core/json.ts';
import { dataLimitError } from './errors.ts';
import { isLongerThan, textOf } from './payload.ts';

/** The outputs of branches or iterations together may be as large as any output of a state, and no larger. */
export function checkedResult(outputs: Json[], state: string): Json[] {
  if (isLongerThan(textOf(outputs), MAX_PAYLOAD_BYTES)) throw dataLimitError(state, true);
  return outputs;
}
