import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { copyCheckout } from "./checkout.ts";
import { endOf, startCli } from "./cli-process.ts";

describe("A checkout in a folder with any name", function () {
  this.slow(60_000);
  const folder = mkdtempSync(join(tmpdir(), "orders-any-folder-"));
  /** Each has a meaning in a URL, a shell or a pattern. */
  const checkout = join(folder, "-c#1 %41?ü'[x]{a}*");
  const temporary = join(folder, "t#1 %41");
  const environment = { ...process.env, ORDERS_PORT: "0", TMPDIR: temporary };
  const run = (...args: string[]) => endOf(startCli(args, environment, checkout));

  before("clone", () => {
    copyCheckout(checkout);
    mkdirSync(temporary);
  });
  after("clean up", async () => {
    await run("down", "--yes");
    rmSync(folder, { recursive: true });
  });

  it("starts and stops", async () => {
    const started = await run("up");
    const stopped = await run("down", "--yes");

    expect(started).to.include({ errors: "", code: 0 });
    expect(started.output).to.match(/Z {2}COMPLETED/);
    expect(stopped.output).to.include("Stopped the emulator.");
  });

  it("measures how fast it starts and deploys", async () => {
    const { output, errors, code } = await run("bench", "--quick", "--only", "coldStart,deployment");

    expect(errors).to.equal("");
    expect(output).to.include("unchanged up");
    expect(code).to.equal(0);
  });
});
