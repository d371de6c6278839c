#!/usr/bin/env node
// Installs what is missing and records the tools' paths in .orders/tools.json. Prints a line per step, and nothing if
// everything is installed. Plain JavaScript for Node 20 without dependencies, since it runs before there are any.
//
// Usage: node tools/setup/install.mjs [k6] [chromium] [oasdiff] [actionlint] [schemathesis] [stripe-mock]

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionlint } from "./actionlint.mjs";
import { chromium } from "./chromium.mjs";
import { installDependencies } from "./dependencies.mjs";
import { explainError } from "./explain-error.mjs";
import { k6 } from "./k6.mjs";
import { ministack } from "./ministack.mjs";
import { oasdiff } from "./oasdiff.mjs";
import { pulumi } from "./pulumi.mjs";
import { root } from "./run.mjs";
import { schemathesis } from "./schemathesis.mjs";
import { stopShowing } from "./step.mjs";
import { stripeMock } from "./stripe-mock.mjs";

const record = join(root, ".orders", "tools.json");
const required = { python: ministack, pulumi };
/** Tools that are installed only if named in the arguments. */
const onDemand = { k6, chromium, oasdiff, actionlint, schemathesis, "stripe-mock": stripeMock };

try {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  }
  const requested = Object.entries(onDemand).filter(([name]) => process.argv.includes(name));
  await install([...Object.entries(required), ...requested]);
} catch (error) {
  stopShowing();
  console.error(explainError(error));
  process.exit(1); // also ends the steps that are still running
}

/** Installs tools that don't depend on one another in parallel. */
async function install(selected) {
  const tools = readTools();
  const before = JSON.stringify(tools);
  const dependencies = installDependencies();
  await Promise.all([
    dependencies,
    ...selected.map(async ([name, tool]) => {
      if (!tool.isCurrent(tools[name])) tools[name] = await tool.install(dependencies);
    }),
  ]);
  if (JSON.stringify(tools) !== before) writeTools(tools);
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
