import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { tool } from "../../../tools/paths.ts";

/** What the linter finds wrong with a policy. */
export interface Finding {
  policy: string;
  /** parliament's name for it, such as `RESOURCE_STAR`. */
  issue: string;
  /** The action that it is about, or the linter's explanation. */
  detail: string;
}

/** What parliament reports: one explanation, or the actions concerned. */
type Detail = string | (string | { action: string })[];

/** Lints policy documents with parliament. */
export function lint(policies: Record<string, string>): Finding[] {
  const script = join(import.meta.dirname, "lint.py");
  const options = { input: JSON.stringify(policies), encoding: "utf8" as const, maxBuffer: 100_000_000 };
  const { status, stdout, stderr } = spawnSync(tool("parliament"), ["-B", script], options);
  if (status !== 0) throw new Error(`parliament failed:\n${stderr}`);
  const findings: { policy: string; issue: string; detail: Detail }[] = JSON.parse(stdout);
  return findings.flatMap(({ policy, issue, detail }) =>
    [detail].flat().map((one) => ({ policy, issue, detail: typeof one === "string" ? one : one.action })),
  );
}
