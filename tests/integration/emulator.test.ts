import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { zipSync } from "fflate";
import pWaitFor from "p-wait-for";
import { type EmulatorRecord, isRunning, startEmulator, stopEmulator } from "../../local/emulator/emulator.ts";
import { isProcess } from "../../local/emulator/processes.ts";
import { emulatorClient } from "../../stacks/record.ts";

const emulatorModule = new URL("../../local/emulator/emulator.ts", import.meta.url).href;

describe("The emulator", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "orders-emulator-test-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("leaves neither workers nor files once stopped", async () => {
    const emulator = await startEmulator({ folder, logFile: join(folder, "emulator.log") });
    const worker = await startWorker(emulator, folder);

    await emulator.stop();
    await emulator.stop();

    expect(await isRunning(emulator)).to.equal(false);
    await pWaitFor(() => !isProcess(worker, "sleep"));
    expect(existsSync(folder)).to.equal(false);
  });

  it("ends with its owner, even if that is killed", async () => {
    const { owner, emulator } = await startOwner(folder);
    const worker = await startWorker(emulator, folder);

    owner.kill("SIGKILL");

    await pWaitFor(async () => !(await isRunning(emulator)));
    await pWaitFor(() => !isProcess(worker, "sleep"));
    await pWaitFor(() => !existsSync(folder));
  });

  it("ends with its watcher, even if that is killed", async () => {
    const emulator = await startEmulator({ folder, logFile: join(folder, "emulator.log") });
    const worker = await startWorker(emulator, folder);

    process.kill(emulator.pid, "SIGKILL");

    await pWaitFor(async () => !(await isRunning(emulator)));
    await pWaitFor(() => !isProcess(worker, "sleep"));
  });

  it("outlives an owner that detached it, until another process stops it", async () => {
    const { owner, emulator } = await startOwner(folder, "emulator.detach();");

    owner.kill("SIGKILL");
    await once(owner, "close");
    const survived = await isRunning(emulator);
    await stopEmulator(emulator);
    await stopEmulator(emulator);

    expect(survived).to.equal(true);
    expect(await isRunning(emulator)).to.equal(false);
  });
});

/** A process that starts an emulator and waits to be killed. */
async function startOwner(folder: string, then = "") {
  const script = `
    import { startEmulator } from ${JSON.stringify(emulatorModule)};
    const folder = ${JSON.stringify(folder)};
    const emulator = await startEmulator({ folder, logFile: folder + "/emulator.log" });
    ${then}
    console.log(JSON.stringify(emulator));
    setInterval(() => {}, 1_000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(owner.stdout, "data");
  return { owner, emulator: JSON.parse(String(line)) as EmulatorRecord };
}

/** Makes the emulator start a function that never responds. @returns The pid of its process. */
async function startWorker({ endpoint }: EmulatorRecord, folder: string): Promise<number> {
  const pidFile = join(folder, "worker.pid");
  const bootstrap = Buffer.from(`#!/bin/sh\necho $$ > ${pidFile}\nexec sleep 600\n`);
  const lambda = new LambdaClient(emulatorClient({ region: "us-east-1" }, endpoint));
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "never-responds",
      Runtime: "provided.al2023",
      Handler: "bootstrap",
      Role: "arn:aws:iam::000000000000:role/none",
      Timeout: 60,
      Code: { ZipFile: zipSync({ bootstrap: [bootstrap, { os: 3, attrs: 0o755 << 16 }] }) },
    }),
  );
  await lambda.send(new InvokeCommand({ FunctionName: "never-responds", InvocationType: "Event" }));
  await pWaitFor(() => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n"));
  lambda.destroy();
  return Number(readFileSync(pidFile, "utf8"));
}
