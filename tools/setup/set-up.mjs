import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionlint } from "./actionlint.mjs";
import { chromiumIsCurrent, installChromium } from "./chromium.mjs";
import { k6 } from "./k6.mjs";
import { installMiniStack, miniStackIsCurrent } from "./ministack.mjs";
import { oasdiff } from "./oasdiff.mjs";
import { installPulumi, pulumiIsCurrent } from "./pulumi.mjs";
import { schemathesis } from "./schemathesis.mjs";
import { root } from "./step.mjs";

const record = join(root, ".orders", "tools.json");

/** By the names under which they are recorded. */
const tools = {
  python: { isCurrent: miniStackIsCurrent, install: installMiniStack },
  pulumi: { isCurrent: pulumiIsCurrent, install: installPulumi },
  k6,
  chromium: { isCurrent: chromiumIsCurrent, install: installChromium },
  oasdiff,
  actionlint,
  schemathesis,
};

/** What every verb may need. */
const BASE = ["python", "pulumi"];

/**
 * Installs the tools that are missing or out of date, with a line for each step, and records where they are in
 * `.orders/tools.json`.
 * @param {readonly string[]} onDemand Tools beyond those that everybody gets.
 */
export async function setUpTools(onDemand) {
  const recorded = readRecord();
  const before = JSON.stringify(recorded);
  for (const name of [...BASE, ...onDemand]) {
    const { isCurrent, install } = tools[name];
    if (!isCurrent(recorded[name])) recorded[name] = await install();
  }
  if (JSON.stringify(recorded) !== before) writeRecord(recorded);
}

/** @returns {name is keyof typeof tools} */
export function isTool(name) {
  return name in tools;
}

function readRecord() {
  try {
    return JSON.parse(readFileSync(record, "utf8"));
  } catch {
    return {};
  }
}

function writeRecord(recorded) {
  mkdirSync(join(root, ".orders"), { recursive: true });
  const partial = `${record}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(recorded, null, 2)}\n`);
  renameSync(partial, record);
}
