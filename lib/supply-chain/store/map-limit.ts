/** `map` over a list with asynchronous work, at most `limit` under way at once; the results keep the list's order. */
export async function mapLimit<T, U>(
  list: readonly T[],
  limit: number,
  work: (element: T, index: number) => Promise<U>,
): Promise<U[]> {
  const results = new Array<U>(list.length);
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const index = next++;
      results[index] = await work(list[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, worker));
  return results;
}
