/** Percentiles of latencies, in milliseconds. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** A ratio of two series measured side by side, with its 95 % confidence interval. */
export interface Ratio {
  value: number;
  low: number;
  high: number;
}

/** Resamples of the bootstrap. */
const DRAWS = 1_000;

/** A percentile by nearest rank; NaN if there are no values. */
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
 * The interval comes from a bootstrap over pairs, not single values: whatever disturbed the machine affected both of a pair.
 *
 * @param random - Returns numbers from 0 up to 1, like Math.random.
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
