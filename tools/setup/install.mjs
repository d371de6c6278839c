#!/usr/bin/env node
// Installs what is missing, with a line per step, and records where the tools are in .orders/tools.json. A second run
// finds everything and prints nothing. Plain JavaScript without dependencies: it runs before there are any, on Node 20.
//
// Usage: node tools/setup/install.mjs [k6] [chromium] [oasdiff] [actionlint] [schemathesis] [stripe-mock]

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionlint } from "./actionlint.mjs";
import { chromium } from "./chromium.mjs";
import { installDependencies } from "./dependencies.mjs";
import { k6 } from "./k6.mjs";
import { ministack } from "./ministack.mjs";
import { oasdiff } from "./oasdiff.mjs";
import { pulumi } from "./pulumi.mjs";
import { root } from "./run.mjs";
import { schemathesis } from "./schemathesis.mjs";
import { oneSentence } from "./sentences.mjs";
import { stopShowing } from "./step.mjs";
import { stripeMock } from "./stripe-mock.mjs";

const record = join(root, ".orders", "tools.json");
const needed = { python: ministack, pulumi };
const onDemand = { k6, chromium, oasdiff, actionlint, schemathesis, "stripe-mock": stripeMock };

try {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  }
  const asked = Object.entries(onDemand).filter(([name]) => process.argv.includes(name));
  await install([...Object.entries(needed), ...asked]);
} catch (error) {
  stopShowing();
  console.error(oneSentence(error));
  process.exit(1); // ends what still runs
}

/** Installs side by side what does not need one another. */
async function install(wanted) {
  const tools = readTools();
  const before = JSON.stringify(tools);
  const dependencies = installDependencies();
  await Promise.all([
    dependencies,
    ...wanted.map(async ([name, tool]) => {
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
