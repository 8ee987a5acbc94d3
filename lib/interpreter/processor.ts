/** What a Map runs for each item. */
import type { MachineDefinition, MapState } from '../asl/definition.ts';

/** `Iterator` is its old name, which only states in JSONPath may use. */
export function processorOf(state: MapState): MachineDefinition {
  return state.ItemProcessor ?? (state as unknown as { Iterator: MachineDefinition }).Iterator;
}
