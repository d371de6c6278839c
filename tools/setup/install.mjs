#!/usr/bin/env node
// Installs what is missing and records the tools' paths in .orders/tools.json. Prints a line per step, and nothing if
// everything is installed. Plain JavaScript for Node 20 without dependencies, since it runs before there are any.
//
// Usage: node tools/setup/install.mjs [k6] [chromium] [oasdiff] [actionlint] [schemathesis]

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionlint } from "./actionlint.mjs";
import { chromiumIsCurrent, installChromium } from "./chromium.mjs";
import { dependenciesAreCurrent, installDependencies } from "./dependencies.mjs";
import { explainError } from "./explain-error.mjs";
import { k6 } from "./k6.mjs";
import { installMiniStack, miniStackIsCurrent } from "./ministack.mjs";
import { oasdiff } from "./oasdiff.mjs";
import { installPulumi, pulumiIsCurrent } from "./pulumi.mjs";
import { schemathesis } from "./schemathesis.mjs";
import { root } from "./step.mjs";

const record = join(root, ".orders", "tools.json");
/** Tools that are installed only if named in the arguments. */
const onDemand = {
  k6,
  chromium: { isCurrent: chromiumIsCurrent, install: installChromium },
  oasdiff,
  actionlint,
  schemathesis,
};

try {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  }
  const tools = readTools();
  const before = JSON.stringify(tools);
  if (!dependenciesAreCurrent()) await installDependencies();
  if (!miniStackIsCurrent(tools.python)) tools.python = await installMiniStack();
  if (!pulumiIsCurrent(tools.pulumi)) tools.pulumi = await installPulumi();
  for (const [name, { isCurrent, install }] of Object.entries(onDemand)) {
    if (process.argv.includes(name) && !isCurrent(tools[name])) tools[name] = await install();
  }
  if (JSON.stringify(tools) !== before) writeTools(tools);
} catch (error) {
  console.error(explainError(error));
  process.exitCode = 1;
}

function readTools() {
  try {
    return JSON.parse(readFileSync(record, "utf8"));
  } catch {
    return {};
  }
}

function writeTools(tools) {
  mkdirSync(join(root, ".orders"), { recursive: true });
  const partial = `${record}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(tools, null, 2)}\n`);
  renameSync(partial, record);
}
