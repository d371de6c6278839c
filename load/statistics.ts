/** What latencies are told by, in milliseconds. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** A ratio of what was measured side by side, and the interval that has it with a probability of 95 %. */
export interface Ratio {
  value: number;
  low: number;
  high: number;
}

/** How often the bootstrap draws. */
const DRAWS = 1_000;

/** The value that so many per cent of the values don't exceed (nearest rank); NaN where there is none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export function percentiles(values: readonly number[]): Percentiles {
  return { p50: percentile(values, 50), p95: percentile(values, 95), p99: percentile(values, 99) };
}

/**
 * The ratio of two medians whose values were measured in pairs, one right after the other.
 *
 * The interval comes from a bootstrap that draws pairs, not values: what disturbed the machine at one time disturbed both.
 *
 * @param random - Numbers from 0 up to 1, as Math.random gives them.
 */
export function ratioOfMedians(values: readonly number[], floor: readonly number[], random = Math.random): Ratio {
  if (values.length !== floor.length || values.length === 0) {
    throw new Error(`Pairs are needed, but there are ${values.length} values and ${floor.length} of the floor.`);
  }
  const ratios = Array.from({ length: DRAWS }, () => {
    const drawn = values.map(() => Math.floor(random() * values.length));
    return median(pick(values, drawn)) / median(pick(floor, drawn));
  });
  return {
    value: median(values) / median(floor),
    low: percentile(ratios, 2.5),
    high: percentile(ratios, 97.5),
  };
}

function pick(values: readonly number[], indexes: number[]): number[] {
  return indexes.map((index) => values[index] as number);
}
