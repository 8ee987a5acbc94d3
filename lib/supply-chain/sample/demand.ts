/** Two years of weekly demand in four patterns. */
import { addDays } from '../calendar.ts';
import type { Random } from '../math/random.ts';
import type { Demand } from '../records.ts';
import { ITEMS, SAMPLE_FIRST_WEEK, SAMPLE_WEEKS, type SampleItem, WAREHOUSES } from './catalog.ts';

/** Demand of one warehouse for an item of its pattern varies by this share around its level. */
const NOISE = 0.15;
/** An intermittent item is asked for in about one week of four, in larger lots. */
const INTERMITTENT = { chance: 0.27, lots: 3.5 } as const;

export function sampleDemand(random: Random): Demand[] {
  return WAREHOUSES.flatMap(({ warehouse_code, scale }) =>
    ITEMS.flatMap((item) =>
      Array.from({ length: SAMPLE_WEEKS }, (_, week) => ({
        warehouse_code,
        item_code: item.item_code,
        week_start: addDays(SAMPLE_FIRST_WEEK, week * 7),
        quantity: quantity(item, week, scale, random),
      })),
    ),
  );
}

function quantity(item: SampleItem, week: number, scale: number, random: Random): number {
  const level = item.weekly * scale * levelOf(item, week);
  if (item.pattern === 'intermittent') {
    return random.chance(INTERMITTENT.chance) ? Math.ceil(random.between(0.5, 1.5) * level * INTERMITTENT.lots) : 0;
  }
  return Math.max(0, Math.round(random.normal(level, level * NOISE)));
}

function levelOf({ item_code, pattern }: SampleItem, week: number): number {
  if (pattern === 'growing') return 0.7 + (0.6 * week) / SAMPLE_WEEKS;
  if (pattern !== 'seasonal') return 1;
  // Fans sell in summer, the other seasonal items in winter.
  const peakWeek = item_code === 'IT014' ? 28 : 2;
  return 1 + 0.6 * Math.cos((2 * Math.PI * (week - peakWeek)) / 52);
}
