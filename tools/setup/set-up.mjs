import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionlint } from "./actionlint.mjs";
import { addresses } from "./addresses.mjs";
import { chromium } from "./chromium.mjs";
import { k6 } from "./k6.mjs";
import { ministack } from "./ministack.mjs";
import { oasdiff } from "./oasdiff.mjs";
import { parliament } from "./parliament.mjs";
import { pulumi } from "./pulumi.mjs";
import { root } from "./run.mjs";
import { schemathesis } from "./schemathesis.mjs";
import { stripeMock } from "./stripe-mock.mjs";

const record = join(root, ".orders", "tools.json");

/** By the names under which they are recorded. */
const tools = {
  python: ministack,
  pulumi,
  k6,
  chromium,
  oasdiff,
  actionlint,
  parliament,
  schemathesis,
  "stripe-mock": stripeMock,
  addresses,
};

/** What every verb may need. */
const BASE = ["python", "pulumi"];

/**
 * Installs the tools that are missing or out of date, side by side, with a line for each step, and records where they are in
 * `.orders/tools.json`.
 * @param {readonly string[]} onDemand Tools beyond those that everybody gets.
 * @param {Promise<void>} [dependencies] The packages, if they are still being installed.
 */
export async function setUpTools(onDemand, dependencies = Promise.resolve()) {
  const recorded = readRecord();
  const before = JSON.stringify(recorded);
  await Promise.all([
    dependencies,
    ...[...BASE, ...onDemand].map(async (name) => {
      const tool = tools[name];
      if (!tool.isCurrent(recorded[name])) recorded[name] = await tool.install(dependencies);
    }),
  ]);
  if (JSON.stringify(recorded) !== before) writeRecord(recorded);
}

/** @returns {name is keyof typeof tools} */
export function isTool(name) {
  return Object.hasOwn(tools, name);
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
