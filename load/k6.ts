import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { tool } from "../tools/paths.ts";
import type { Run } from "./plan.ts";

/** A metric of k6: its values by name, and whether each threshold was met, by its expression. */
interface Metric {
  values: Record<string, number>;
  thresholds?: Record<string, { ok: boolean }>;
}

/** k6's summary, as passed to `handleSummary`. */
export interface Summary {
  metrics: Record<string, Metric>;
  state: { testRunDurationMs: number };
}

/** k6's exit code if a threshold was crossed. */
const THRESHOLD_CROSSED = 99;

/**
 * Runs k6. It shows its own progress on a terminal, and prints nothing otherwise.
 *
 * @param report - File for k6's HTML report.
 * @param signal - Aborting stops the run gracefully.
 * @throws Error with k6's message if it couldn't finish.
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
      // Its own process group, so that Ctrl-C reaches it only through us: a second SIGINT makes it end without a summary.
      detached: true,
      stdio: ["ignore", onTerminal ? "inherit" : "ignore", "pipe"],
    },
  );
  const stderr = text(child.stderr);
  const interrupt = () => child.kill("SIGINT");
  signal.addEventListener("abort", interrupt, { once: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  signal.removeEventListener("abort", interrupt);
  signal.throwIfAborted();
  const lines = [...new Set((await stderr).trim().split("\n"))].filter(Boolean);
  if (code !== 0 && code !== THRESHOLD_CROSSED) throw new Error(reasonIn(lines) ?? `k6 exited with code ${code}.`);
  for (const line of lines) console.error(`k6: ${line}`);
  return JSON.parse(readFileSync(run.summary, "utf8")) as Summary;
}

/** The script's message if it aborted the run, otherwise everything that k6 printed. */
function reasonIn(lines: string[]): string | undefined {
  const aborted = lines.find((line) => line.startsWith(ABORTED));
  return aborted?.slice(ABORTED.length) ?? (lines.length > 0 ? lines.join("\n") : undefined);
}

const ABORTED = "test aborted: ";
