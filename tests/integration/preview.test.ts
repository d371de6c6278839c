import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SESv2 } from "@aws-sdk/client-sesv2";
import { expect } from "chai";
import { after, describe, it } from "mocha";
import { changesBetween } from "../../delivery/preview/resources.ts";
import { isRunning } from "../../local/emulator/emulator.ts";
import { copyProgram } from "../../stacks/program-copy.ts";
import { emulatorClient } from "../../stacks/record.ts";
import { stageValues } from "../../stacks/stages.ts";
import { root } from "../../tools/paths.ts";
import { eventually } from "../support/eventually.ts";
import { endOf, startCli } from "./cli-process.ts";

describe("./orders preview", function () {
  this.slow(60_000);

  const folder = mkdtempSync(join(tmpdir(), "orders-preview-test-"));
  /** Isolated from the machine's other stacks and temporary folders. */
  const environment = { ...process.env, ORDERS_FOLDER: join(folder, "stacks", "local"), TMPDIR: folder };
  const stackFolder = join(folder, "stacks", "pr-123");

  const begin = (verb: string, ...args: string[]) => startCli([verb, ...args], environment);
  const run = (verb: string, ...args: string[]) => endOf(begin(verb, ...args));
  const preview = (step: string, ...args: string[]) => run("preview", step, "--number", "123", ...args);
  const stacks = (verb: string, ...args: string[]) => run("stacks", verb, ...args);

  after("clean up", async () => {
    await preview("down");
    rmSync(folder, { recursive: true, force: true });
  });

  it("leaves nothing of a preview that never was", async () => {
    const tested = await preview("test");
    const commented = await preview("comment");
    const down = await preview("down");

    const unknown = 'The stack pr-123 was not deployed from this machine: run "./orders preview up" first.\n';
    expect(tested).to.deep.equal({ output: "", errors: unknown, code: 1 });
    expect(commented).to.deep.equal(tested);
    expect(down).to.deep.equal({ output: "There is no stack pr-123.\n", errors: "", code: 0 });
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("can be killed at any point, and continued or reaped from there", async () => {
    await killWhen("up", () => existsSync(join(stackFolder, "owner")));
    const early = await stacks("reap");
    await killWhen("up", (output) => output.includes("  + "));
    const deploying = await stacks("list");
    await killWhen("all", (output) => output.includes("Profile smoke"));
    const emulator = JSON.parse(readFileSync(join(stackFolder, "emulator.json"), "utf8"));
    const testing = await stacks("reap");
    const wasRunning = await isRunning(emulator);
    const ses = new SESv2({ ...emulatorClient({ region: "us-east-1" }, emulator.endpoint) });
    const { EmailIdentities = [] } = await ses.listEmailIdentities();

    const reaped = await stacks("reap", "--yes");

    for (const { output } of [early, deploying, testing]) {
      expect(output).to.match(/^pr-123 +\S+ +yes +Process \d+ died while working on it\.$/m);
    }
    expect(wasRunning, "a dry run removes nothing").to.equal(true);
    // On AWS, the stack dev owns this identity.
    expect(EmailIdentities.map(({ IdentityName }) => IdentityName)).to.deep.equal([stageValues("pr").mailFrom]);
    expect(reaped.output).to.match(/^Removed pr-123\. Process \d+ died/m);
    expect(reaped).to.include({ errors: "", code: 0 });
    expect(await isRunning(emulator)).to.equal(false);
    expect(existsSync(stackFolder)).to.equal(false);
    expect((await stacks("list")).output).to.equal("No such stacks.\n");
  });

  it("deploys, tests, reports and destroys a stack, protected from other commands meanwhile", async () => {
    const comment = join(folder, "comment.md");
    const all = preview("all", "--base", "HEAD", "--output", comment);

    await eventually(() => expect(existsSync(join(stackFolder, "owner"))).to.equal(true));
    const reaped = await stacks("reap", "--yes");
    const refused = await preview("down");
    const { output, errors, code } = await all;

    expect(reaped.output).to.equal("Nothing to remove.\n");
    expect(refused.errors).to.match(
      /^Process \d+ is working on the stack pr-123: wait until it has finished, or stop it\.\n$/,
    );
    // A busy machine may miss the smoke test's service levels. Nothing else may go wrong.
    const others = errors.split("\n").filter((line) => line !== "" && !/^(k6: |The service level )/.test(line));
    expect(others).to.deep.equal([]);
    expect(code).to.be.oneOf([0, 1]);
    expect(output).to.include("The stack pr-123 is gone.");
    const written = readFileSync(comment, "utf8");
    expect(written)
      .to.include("### Preview `pr-123` is up")
      .and.to.include("✅ Smoke test")
      .and.to.include("✅ Suites");
    expect(written).to.match(/✅ Suites: \d\d passed, 0 failed, \d+ skipped/);
    expect(written).to.not.include("They can't be compared");
    expect(existsSync(stackFolder)).to.equal(false);
    expect(await isGone(written)).to.equal(true);
  });

  it("finds the resources that differ between two programs", async () => {
    const before = join(folder, "before");
    copyProgram(before);
    cpSync(join(root, "Pulumi.yaml"), join(before, "Pulumi.yaml"));
    const file = join(before, "components", "event-queue.ts");
    const source = readFileSync(file, "utf8");
    writeFileSync(file, source.replace("receiveWaitTimeSeconds: 20", "receiveWaitTimeSeconds: 10"));

    const changes = await changesBetween(before, root, {});

    const type = "aws:sqs/queue:Queue";
    expect(source).to.include("receiveWaitTimeSeconds: 20");
    expect(changes).to.deep.equal([
      { operation: "update", name: "fulfilment-payments-messages", type },
      { operation: "update", name: "notifications-customers-messages", type },
      { operation: "update", name: "order-queue-messages", type },
    ]);
  });

  /** Starts a step, and kills its process as soon as a condition is met. */
  async function killWhen(step: string, isMet: (output: string) => boolean): Promise<void> {
    const child = begin("preview", step, "--number", "123");
    let output = "";
    child.stdout?.on("data", (part) => {
      output += part;
    });
    child.stderr?.on("data", (part) => {
      output += part;
    });
    const ended = once(child, "close");
    try {
      await eventually(() => {
        if (child.exitCode === null && !isMet(output)) throw new Error(`The condition is not met: ${output}`);
      });
      expect(child.exitCode, `the process ended by itself: ${output}`).to.equal(null);
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
  }

  /** Whether the API in the comment no longer responds. */
  async function isGone(comment: string): Promise<boolean> {
    const url = /Storefront API \| (\S+)/.exec(comment)?.[1] ?? "";
    return fetch(`${url}/health`).then(
      () => false,
      () => true,
    );
  }
});
