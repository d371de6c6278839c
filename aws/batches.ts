/** Items in batches of so many at the most, for services that take no more at once. */
export function* inBatches<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let first = 0; first < items.length; first += size) yield items.slice(first, first + size);
}
