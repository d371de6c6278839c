import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { tool } from "../tools/paths.ts";
import type { Run } from "./plan.ts";

/** What k6 measured: values by name, and whether each threshold was kept, by its expression. */
interface Metric {
  values: Record<string, number>;
  thresholds?: Record<string, { ok: boolean }>;
}

/** k6's summary, as it hands it to `handleSummary`. */
export interface Summary {
  metrics: Record<string, Metric>;
  state: { testRunDurationMs: number };
}

/** k6's exit code where a threshold was crossed. */
const THRESHOLD_CROSSED = 99;

/**
 * Runs k6, with its own progress on a terminal and without a word otherwise.
 *
 * @param report - File for k6's HTML report.
 * @param signal - Aborting ends the run in good order.
 * @throws Error with k6's words where it couldn't run to an end.
 */
export async function runK6(run: Run, report: string, signal: AbortSignal): Promise<Summary> {
  const onTerminal = process.stdout.isTTY;
  const args = ["run", "--log-format", "raw", "--no-usage-report", "--address", "127.0.0.1:0"];
  const child = spawn(
    tool("k6"),
    [...args, ...(onTerminal ? [] : ["--quiet"]), join(import.meta.dirname, "k6-script.ts")],
    {
      env: {
        ...process.env,
        ORDERS_LOAD: JSON.stringify(run),
        K6_WEB_DASHBOARD: "true",
        K6_WEB_DASHBOARD_PORT: "-1", // the report only, no server
        K6_WEB_DASHBOARD_PERIOD: "2s",
        K6_WEB_DASHBOARD_EXPORT: report,
      },
      // Its own group: at Ctrl-C, it is for us to tell it, once. Told twice, it ends without a summary.
      detached: true,
      stdio: ["ignore", onTerminal ? "inherit" : "ignore", "pipe"],
    },
  );
  const words = text(child.stderr);
  const interrupt = () => child.kill("SIGINT");
  signal.addEventListener("abort", interrupt, { once: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  signal.removeEventListener("abort", interrupt);
  signal.throwIfAborted();
  const lines = [...new Set((await words).trim().split("\n"))].filter(Boolean);
  if (code !== 0 && code !== THRESHOLD_CROSSED) throw new Error(reasonIn(lines) ?? `k6 ended with ${code}.`);
  for (const line of lines) console.error(`k6: ${line}`);
  return JSON.parse(readFileSync(run.summary, "utf8")) as Summary;
}

/** What the script said when it ended the run, or else all that k6 said. */
function reasonIn(lines: string[]): string | undefined {
  const aborted = lines.find((line) => line.startsWith(ABORTED));
  return aborted?.slice(ABORTED.length) ?? (lines.length > 0 ? lines.join("\n") : undefined);
}

const ABORTED = "test aborted: ";
