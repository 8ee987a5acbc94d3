/** Variables of an execution: a branch or an iteration reads those around it, and its own are gone when it ends. */
import { MAX_VARIABLE_BYTES, MAX_VARIABLES_BYTES } from '../asl/limits.ts';
import type { Json } from '../core/json.ts';
import { StatesError } from './errors.ts';
import { isLongerThan, textOf } from './payload.ts';

/** What all scopes of an execution have taken together. */
interface Total {
  bytes: number;
}

export class Variables {
  readonly #outer: Variables | undefined;
  readonly #values = new Map<string, { value: Json; bytes: number }>();
  readonly #total: Total;

  constructor(outer?: Variables) {
    this.#outer = outer;
    this.#total = outer === undefined ? { bytes: 0 } : outer.#total;
  }

  get(name: string): Json | undefined {
    const own = this.#values.get(name);
    return own === undefined ? this.#outer?.get(name) : own.value;
  }

  /** Sets all variables of one Assign. Throws States.DataLimitExceeded, without setting any. */
  assign(values: Record<string, Json>, state: string): void {
    const sizes = Object.entries(values).map(([name, value]) => {
      const text = textOf(value);
      if (isLongerThan(text, MAX_VARIABLE_BYTES)) throw tooLarge(state, `the variable '${name}'`, MAX_VARIABLE_BYTES);
      return { name, value, bytes: Buffer.byteLength(text) };
    });
    const assigned = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    if (assigned > MAX_VARIABLE_BYTES) throw tooLarge(state, 'what one Assign sets', MAX_VARIABLE_BYTES);
    const replaced = sizes.reduce((sum, { name }) => sum + (this.#values.get(name)?.bytes ?? 0), 0);
    if (this.#total.bytes + assigned - replaced > MAX_VARIABLES_BYTES) {
      throw tooLarge(state, 'all variables of the execution', MAX_VARIABLES_BYTES);
    }
    this.#total.bytes += assigned - replaced;
    for (const { name, value, bytes } of sizes) this.#values.set(name, { value, bytes });
  }

  /** Ends this scope: what it took is free again. */
  release(): void {
    for (const { bytes } of this.#values.values()) this.#total.bytes -= bytes;
    this.#values.clear();
  }
}

function tooLarge(state: string, what: string, limit: number): StatesError {
  const reason = `The state '${state}' assigns too much: ${what} would exceed the service limit of ${limit} bytes.`;
  return new StatesError('States.DataLimitExceeded', reason, { isOfState: true });
}
