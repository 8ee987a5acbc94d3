/**
 * Garbage of a warm environment. The heap of a worker may grow beyond the function's memory (see memory.ts), so V8 has
 * no reason to collect as early as it would on Lambda; what is left over from earlier invocations must not count
 * against the next one.
 */
import v8 from 'node:v8';
import vm from 'node:vm';

let collect: (() => void) | undefined;

export function collectGarbage(): void {
  if (collect === undefined) {
    v8.setFlagsFromString('--expose-gc');
    collect = vm.runInNewContext('gc') as () => void;
  }
  collect();
}

/** Collects when more than half of the memory is in use. Takes a few milliseconds, between two invocations. */
export function collectIfHalfFull(memoryBytes: number): void {
  const { used_heap_size: heap, external_memory: external } = v8.getHeapStatistics();
  if (heap + external > memoryBytes / 2) collectGarbage();
}
