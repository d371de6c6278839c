import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { withLock } from "../../../stacks/lock.ts";

describe("The lock of a stack on this machine", () => {
  const saved = process.env.ORDERS_FOLDER;
  let folder: string;
  let stackFolder: string;
  let other: ChildProcess;

  beforeEach("start another process", async () => {
    folder = mkdtempSync(join(tmpdir(), "orders-lock-"));
    stackFolder = join(folder, "stacks", "local");
    process.env.ORDERS_FOLDER = stackFolder;
    other = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1_000)"]);
    await once(other, "spawn");
  });
  afterEach(() => {
    other.kill();
    if (saved === undefined) delete process.env.ORDERS_FOLDER;
    else process.env.ORDERS_FOLDER = saved;
    rmSync(folder, { recursive: true });
  });

  const write = (owner: string) => {
    mkdirSync(stackFolder, { recursive: true });
    writeFileSync(join(stackFolder, "owner"), owner);
  };
  const take = () => withLock("local", async () => "done").catch((error: Error) => error.message);

  it("is held by one at a time, and leaves no folder that it had to create", async () => {
    const [first, second] = await Promise.all([take(), take()]);
    const left = readdirSync(folder);
    const third = await take();

    expect([first, third]).to.deep.equal(["done", "done"]);
    expect(second).to.match(/^Process \d+ is working on the stack local: wait until it has finished, or stop it\.$/);
    expect(left).to.deep.equal([]);
  });

  it("is released when the work fails, and leaves what the work wrote", async () => {
    const failing = withLock("local", async () => {
      writeFileSync(join(stackFolder, "emulator.log"), "");
      throw new Error("It failed.");
    });
    const message = await failing.catch((error: Error) => error.message);

    expect(message).to.equal("It failed.");
    expect(readdirSync(stackFolder)).to.deep.equal(["emulator.log"]);
    expect(await take()).to.equal("done");
  });

  it("is refused while another process has it, and taken from one that is gone", async () => {
    write(String(other.pid));

    const refused = await take();
    other.kill("SIGKILL");
    await once(other, "close");
    const taken = await take();

    expect(refused).to.match(new RegExp(`^Process ${other.pid} is working on the stack local: `));
    expect(taken).to.equal("done");
    expect(existsSync(stackFolder)).to.equal(false);
  });

  it("leaves somebody else's file alone", async () => {
    write("Ada Lovelace");

    const refused = await take();

    expect(refused).to.equal(`The file owner in ${stackFolder} is not the stack's: set ORDERS_FOLDER to another.`);
    expect(readFileSync(join(stackFolder, "owner"), "utf8")).to.equal("Ada Lovelace");
  });
});
