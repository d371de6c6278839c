import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { writeReport } from "../../../delivery/preview/report.ts";
import { type EmulatorRecord, isRunning } from "../../../local/emulator/emulator.ts";
import { startProvider } from "../../../local/provider/server.ts";
import { noteOwner } from "../../../stacks/owner.ts";
import { folderOf } from "../../../stacks/record.ts";
import { runCli } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";

interface Row {
  name: string;
  where: string;
  isDue: boolean;
  reason: string;
  expiry?: string;
  owner?: string;
  removed?: boolean;
}

const PAST = "2020-01-01T00:00:00Z";
const FUTURE = "2120-01-01T00:00:00Z";

async function json(...args: string[]): Promise<Row[]> {
  const { output, errors, exitCode } = await runCli(["stacks", ...args, "--json"]);
  if (exitCode !== 0) throw new Error(`orders stacks ${args.join(" ")} ended with ${exitCode}: ${errors}`);
  return JSON.parse(output);
}

const names = (rows: Row[]) => rows.map(({ name }) => name);

describe("orders stacks --target local", () => {
  const before = { ...process.env };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "orders-stacks-test-"));
    // Isolated from the machine's other stacks and temporary folders.
    Object.assign(process.env, { TMPDIR: folder, ORDERS_FOLDER: join(folder, "stacks", "local") });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const name of ["TMPDIR", "ORDERS_FOLDER"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  it("removes expired previews, but neither the others nor `local`", async () => {
    const report = (stack: string, expiry: string) =>
      writeReport(folderOf(stack), { stack, target: "local", commit: "0123456", owner: "ada", expiry });
    report("pr-1", PAST);
    report("pr-2", FUTURE);
    report("local", PAST);
    report("pr-3", PAST);
    noteOwner(folderOf("pr-3")); // in use by this process

    const listed = await json("list");
    const dry = await runCli(["stacks", "reap"]);
    const wasThere = existsSync(join(folder, "stacks", "pr-1"));
    const reaped = await json("reap", "--yes");

    expect(names(listed)).to.have.members(["pr-1", "pr-2", "pr-3"]);
    expect(listed.find(({ name }) => name === "pr-2")).to.include({ isDue: false, owner: "ada", expiry: FUTURE });
    expect(dry.output).to.match(/^pr-1 +ada +yes +It expired at 2020-01-01T00:00:00Z\.$/m);
    expect(dry.output).to.match(/Add --yes to remove it\.\n$/);
    expect(wasThere).to.equal(true);
    expect(reaped).to.have.lengthOf(1);
    expect(reaped[0]).to.include({ name: "pr-1", removed: true });
    expect(names(await json("list"))).to.have.members(["pr-2", "pr-3"]);
    expect(existsSync(join(folder, "stacks", "local"))).to.equal(true);
  });

  it("removes folders of killed processes, but neither those of running ones nor unrelated ones", async () => {
    const make = (name: string, owner?: string) => {
      const path = join(folder, `orders-${name}`);
      mkdirSync(path);
      if (owner) writeFileSync(join(path, "owner"), owner);
      return path;
    };
    const dead = make("test-0123-aBcDeF", String(await deadProcess()));
    const alive = make("load-4567-aBcDeF", String(process.pid));
    const other = make("something-aBcDeF");

    const reaped = await json("reap", "--yes");

    expect(names(reaped)).to.deep.equal([dead]);
    expect(existsSync(dead)).to.equal(false);
    expect(names(await json("list"))).to.deep.equal([alive]);
    expect(existsSync(other)).to.equal(true);
  });

  it("stops emulators without a record, but no others, even if their checkout was moved", async () => {
    const [lost, known, moved] = await Promise.all(["lost", "known", "moved"].map(detachedEmulator));
    rmSync(lost?.recordFile ?? "");
    mkdirSync(folderOf("local"), { recursive: true });
    renameSync(moved?.recordFile ?? "", join(folderOf("local"), "emulator.json"));

    const reaped = await json("reap", "--yes");

    expect(names(reaped)).to.deep.equal([`emulator ${lost?.emulator.pid}`]);
    expect(await isRunning(lost?.emulator as EmulatorRecord)).to.equal(false);
    expect(await isRunning(known?.emulator as EmulatorRecord)).to.equal(true);
    expect(await isRunning(moved?.emulator as EmulatorRecord)).to.equal(true);
    for (const file of [known?.recordFile ?? "", join(folderOf("local"), "emulator.json")]) rmSync(file);
    await json("reap", "--yes");
    expect(await isRunning(moved?.emulator as EmulatorRecord)).to.equal(false);
    expect(await isRunning(known?.emulator as EmulatorRecord)).to.equal(false);
  });

  /** Starts an emulator that outlives the process that started it. */
  async function detachedEmulator(name: string) {
    const recordFile = join(folder, `${name}.json`);
    const module = new URL("../../../local/emulator/emulator.ts", import.meta.url);
    const script = `
      import { writeFileSync } from "node:fs";
      import { startEmulator } from ${JSON.stringify(module.href)};
      const recordFile = ${JSON.stringify(recordFile)};
      const emulator = await startEmulator({ recordFile, logFile: recordFile + ".log" });
      writeFileSync(recordFile, JSON.stringify(emulator));
      emulator.detach();
      process.exit();`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
    await once(child, "close");
    return { recordFile, emulator: JSON.parse(readFileSync(recordFile, "utf8")) as EmulatorRecord };
  }
});

async function deadProcess(): Promise<number | undefined> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "close");
  return child.pid;
}

/** The Pulumi CLI, its state and its program are real. It destroys resources in an emulator, through the local provider. */
describe("orders stacks --target aws", () => {
  const stack = useLocalStack({ expiry: PAST, owner: "ada" });
  const saved = { ...process.env };
  const tables = async () => (await new DynamoDBClient(stack().awsClient).send(new ListTablesCommand())).TableNames;
  let provider: Awaited<ReturnType<typeof startProvider>>;

  before("log in to Pulumi and AWS", async () => {
    provider = await startProvider();
    const directory = stack().directory ?? "";
    Object.assign(process.env, {
      PULUMI_BACKEND_URL: `${pathToFileURL(join(directory, "state")).href}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
      PULUMI_HOME: join(directory, "operator"),
      AWS_ACCESS_KEY_ID: "test",
      AWS_ENDPOINT_URL: stack().awsClient.endpoint,
      AWS_SECRET_ACCESS_KEY: "test",
    });
  });
  after(async () => {
    for (const name of Object.keys(process.env)) if (saved[name] === undefined) delete process.env[name];
    Object.assign(process.env, saved);
    await provider?.stop();
  });

  it("leaves a locked stack for the next run", async () => {
    const locks = join(stack().directory ?? "", "state", ".pulumi", "locks", "organization", "orders", stack().name);
    const lock = { pid: process.pid, username: "ada", hostname: "runner", timestamp: new Date().toISOString() };
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "ada.json"), JSON.stringify(lock));

    const { output, exitCode } = await runCli(["stacks", "reap", "--target", "aws", "--yes", "--json"]);
    const wasThere = existsSync(join(locks, "ada.json"));
    rmSync(join(locks, "ada.json"));

    expect(exitCode).to.equal(1);
    expect(JSON.parse(output)[0]).to.include({
      ...{ name: stack().name, isDue: true, removed: false },
      error:
        "It is busy, so it is left for the next run. If a killed run left its lock: " +
        `npx pulumi cancel --stack ${stack().name}`,
    });
    expect(wasThere).to.equal(true);
    expect(await tables()).to.have.lengthOf(1);
  });

  it("destroys an expired stack and its state, only with --yes", async () => {
    const dry = await json("reap", "--target", "aws");
    const before = await tables();
    const reaped = await json("reap", "--target", "aws", "--yes");

    expect(dry).to.have.lengthOf(1);
    expect(dry[0]).to.include({ name: stack().name, where: "aws", isDue: true, owner: "ada", expiry: PAST });
    expect(before).to.have.lengthOf(1);
    expect(reaped[0]).to.include({ name: stack().name, removed: true });
    expect(await tables()).to.deep.equal([]);
    expect(await json("list", "--target", "aws")).to.deep.equal([]);
  });
});
