import { describe, expect, it } from 'vitest';
import { billedMemoryMb, expressPrice, standardPrice } from '../../lib/analysis/price.ts';

const KB = 1024;
const small = { definitionBytes: 10 * KB, dataBytes: KB, joins: 3 };

describe('the price of a run', () => {
  it('on Standard is that of its transitions', () => {
    expect(standardPrice(1000)).toBe(0.025);
    expect(standardPrice(1)).toBe(0.000025);
  });

  it("on Express is AWS's own example without its discounts", () => {
    // 100 million requests of 10 s and 64 MB: $100, and 62,500,000 GB-seconds, of which the first cost $0.06 an hour.
    expect(expressPrice({ ...small, ms: 10_000 })).toBeCloseTo((100 + (62_500_000 / 3600) * 0.06) / 100e6, 9);
  });

  it('on Express is billed in steps of 100 ms', () => {
    expect(expressPrice({ ...small, ms: 101 })).toBe(expressPrice({ ...small, ms: 200 }));
    expect(expressPrice({ ...small, ms: 0 })).toBe(expressPrice({ ...small, ms: 100 }));
    expect(expressPrice({ ...small, ms: 201 })).toBeGreaterThan(expressPrice({ ...small, ms: 200 }));
  });
});

describe('the memory of an Express execution', () => {
  it("is billed in steps of 64 MB, as in AWS's own example", () => {
    expect(billedMemoryMb({ definitionBytes: 50 * KB, dataBytes: 32 * KB, joins: 400 })).toBe(64);
    expect(billedMemoryMb({ definitionBytes: 50 * KB, dataBytes: 32 * KB, joins: 500 })).toBe(128);
  });
});
