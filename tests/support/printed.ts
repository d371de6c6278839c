import { after, before, beforeEach } from "mocha";
import { logger } from "../../handlers/lib/log.ts";

/** A line that a handler logged: a log line's fields, or a metric's. */
export type Printed = Record<string, unknown>;

/**
 * Keeps what handlers log in this process out of the report of the suite that calls it.
 *
 * @returns What they logged since the test began.
 */
export function usePrinted(): () => Printed[] {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  let printed: Printed[] = [];

  before("take the log lines", () => {
    logger.setLogLevel("INFO");
    for (const stream of streams) {
      const write = stream.write.bind(stream);
      stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
        if (typeof chunk !== "string" || !chunk.startsWith("{")) return write(chunk, ...rest);
        printed.push(JSON.parse(chunk));
        return true;
      }) as typeof stream.write;
    }
  });

  beforeEach(() => {
    printed = [];
  });

  after("let them go", () => {
    // Work that a suite left undone would print in the middle of the next one's report.
    logger.setLogLevel("SILENT");
    for (const [index, stream] of streams.entries()) stream.write = writes[index] as typeof stream.write;
  });

  return () => printed;
}

/** What the metrics among the lines come to, by name. */
export function metricsIn(lines: Printed[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { _aws, ...fields } of lines as { _aws?: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } }[]) {
    const names = _aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
    for (const name of names) totals[name] = (totals[name] ?? 0) + Number((fields as Printed)[name]);
  }
  return totals;
}
