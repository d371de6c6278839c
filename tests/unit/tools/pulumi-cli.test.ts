import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { root } from "../../../tools/paths.ts";

describe("The pinned Pulumi CLI", () => {
  let folder: string;
  let bin: string;
  before("set up a checkout whose CLI tells how it was started", () => {
    folder = mkdtempSync(join(tmpdir(), "orders-cli-"));
    bin = join(folder, "cli", "bin");
    for (const part of ["delivery/deploy.ts", "tools", "package.json"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    mkdirSync(join(folder, ".orders"));
    writeFileSync(join(folder, ".orders", "tools.json"), JSON.stringify({ pulumi: join(folder, "cli") }));
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "pulumi"), '#!/bin/sh\necho "$PATH"\n');
    chmodSync(join(bin, "pulumi"), 0o755);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("finds its own language host first when it deploys, whatever else the machine has installed", async () => {
    const script = `
      import { deploy } from ${JSON.stringify(pathToFileURL(join(folder, "delivery", "deploy.ts")).href)};
      await deploy("dev", { more: [], signal: new AbortController().signal });`;

    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);

    expect(stdout.trim().split(delimiter).slice(0, 2)).to.deep.equal([bin, process.env.PATH?.split(delimiter)[0]]);
  });
});
