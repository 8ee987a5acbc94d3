/** States that can neither retry nor catch. */
import type { Finished, StateVisit, Transition } from './types.ts';

/** Runs one: what goes wrong in it ends its machine. */
export async function once(
  visit: StateVisit,
  work: () => Promise<Finished & { next: string | undefined }>,
): Promise<Transition> {
  try {
    const { next, ...finished } = await work();
    return { output: visit.exit(finished), next };
  } catch (thrown) {
    throw visit.failure(thrown);
  }
}
