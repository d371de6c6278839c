import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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

describe("./orders preview", function () {
  this.timeout(600_000);
  this.slow(60_000);

  const folder = mkdtempSync(join(tmpdir(), "orders-preview-test-"));
  /** Stacks and temporary folders of its own: what else is on the machine stays untouched. */
  const environment = { ...process.env, ORDERS_FOLDER: join(folder, "local"), TMPDIR: folder };
  const stackFolder = join(folder, "pr-123");

  const begin = (verb: string, ...args: string[]): ChildProcess =>
    spawn(process.execPath, [join(root, "cli", "main.ts"), verb, ...args], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });

  const run = async (verb: string, ...args: string[]) => {
    const child = begin(verb, ...args);
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
      once(child, "close"),
    ]);
    return { output, errors, code };
  };
  const preview = (step: string, ...args: string[]) => run("preview", step, "--number", "123", ...args);
  const stacks = (verb: string, ...args: string[]) => run("stacks", verb, ...args);

  after("leave nothing", async () => {
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

  it("is reaped wherever it is killed, and goes on from there until then", async () => {
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
    expect(wasRunning, "a dry run takes nothing away").to.equal(true);
    // On AWS, dev has made it.
    expect(EmailIdentities.map(({ IdentityName }) => IdentityName)).to.deep.equal([stageValues("pr").mailFrom]);
    expect(reaped.output).to.match(/^Removed pr-123\. Process \d+ died/m);
    expect(reaped).to.include({ errors: "", code: 0 });
    expect(await isRunning(emulator)).to.equal(false);
    expect(existsSync(stackFolder)).to.equal(false);
    expect((await stacks("list")).output).to.equal("No such stacks.\n");
  });

  it("brings a stack up, tests it, tells about it and takes it away, and nobody gets in its way", async () => {
    const comment = join(folder, "comment.md");
    const all = preview("all", "--base", "HEAD", "--output", comment);

    await eventually(() => expect(existsSync(join(stackFolder, "owner"))).to.equal(true), 60);
    const reaped = await stacks("reap", "--yes");
    const refused = await preview("down");
    const { output, errors, code } = await all;

    expect(reaped.output).to.equal("Nothing to remove.\n");
    expect(refused.errors).to.match(
      /^Process \d+ is working on the stack pr-123: wait until it has finished, or stop it\.\n$/,
    );
    // A machine that does other things, too, may not keep the smoke test's service levels. All else has to be in order.
    const faults = errors.split("\n").filter((line) => line !== "" && !/^(k6: |The service level )/.test(line));
    expect(faults).to.deep.equal([]);
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

  it("knows which resources one program has otherwise than another", async () => {
    const before = join(folder, "before");
    copyProgram(before);
    for (const file of ["Pulumi.yaml", "tsconfig.json"]) cpSync(join(root, file), join(before, file));
    const file = join(before, "components", "event-queue.ts");
    const source = readFileSync(file, "utf8");
    writeFileSync(file, source.replace("receiveWaitTimeSeconds: 20", "receiveWaitTimeSeconds: 10"));

    const changes = await changesBetween(before, root, {});

    const type = "aws:sqs/queue:Queue";
    expect(source).to.include("receiveWaitTimeSeconds: 20");
    expect(changes).to.deep.equal([
      { operation: "update", name: "notifications-customers-messages", type },
      { operation: "update", name: "order-queue-messages", type },
    ]);
  });

  /** Starts a step, and kills its process as soon as something has come about. */
  async function killWhen(step: string, hasCome: (output: string) => boolean): Promise<void> {
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
        if (child.exitCode === null && !hasCome(output)) throw new Error(`It did not come about: ${output}`);
      }, 300);
      expect(child.exitCode, `it ended by itself: ${output}`).to.equal(null);
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
  }

  /** Whether nothing answers any more where the comment says that the stack is. */
  async function isGone(comment: string): Promise<boolean> {
    const url = /Storefront API \| (\S+)/.exec(comment)?.[1] ?? "";
    return fetch(`${url}/health`).then(
      () => false,
      () => true,
    );
  }
});
