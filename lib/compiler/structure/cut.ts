/** From a linear order to the best structure whose barriers are cuts of it. */
import { type IntervalProblem, Intervals } from './intervals.ts';
import { numbersOf } from './poset.ts';
import { action, oneAfterAnother, type Solution, sideBySide } from './solution.ts';
import { Splitter } from './split.ts';

export function cutIntervals(problem: IntervalProblem): Solution {
  const intervals = new Intervals(problem);
  const { poset, groupOf } = problem;
  const splitter = new Splitter(poset);

  function build(numbers: readonly number[]): Solution {
    if (numbers.length === 1) return action(poset, numbers[0]!);
    const components = splitter.components(numbers);
    return components.length === 1 ? withBarrier(numbers) : sideBySide(components.map(build));
  }

  function withBarrier(part: readonly number[]): Solution {
    if (groupOf[part[0]!] === groupOf[part.at(-1)!]) return intervals.within.get(part[0]!)!;
    const cut = intervals.cutOf(part);
    const after = part.findIndex((number) => groupOf[number]! > cut);
    return oneAfterAnother([build(part.slice(0, after)), build(part.slice(after))]);
  }

  return build(numbersOf(poset));
}
