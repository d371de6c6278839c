/** Captures the metrics in an output. @returns A function that sends those of finished invocations to the emulator. */
export function captureMetrics(output: { write(chunk: string): boolean }): () => Promise<void>;
