/** Watches an output for metrics. @returns What puts those of finished invocations into the emulator. */
export function metricsOf(output: { write(chunk: string): boolean }): () => Promise<void>;
