import type { Parts } from "./results.ts";

/** The parts of a run, in the order in which they run. */
export const PARTS = [
  "fulfilment",
  "latency",
  "throughput",
  "scale",
  "coldStart",
  "deployment",
] as const satisfies (keyof Parts)[];

export type PartName = (typeof PARTS)[number];
