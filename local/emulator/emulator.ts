import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tool } from "../../tools/paths.ts";
import { isProcess } from "./processes.ts";

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 30_000;

/** A running MiniStack. Plain data, so that another process can find it and stop it. */
export interface EmulatorRecord {
  /** Base URL of every AWS API and of the deployed HTTP APIs, on loopback. */
  endpoint: string;
  /** The process that ends the emulator, its workers and its files on SIGTERM. */
  pid: number;
  /** Random name of this instance. Its health check returns it, which proves that neither port nor pid was reused. */
  id: string;
}

export interface Emulator extends EmulatorRecord {
  /** Lets the emulator outlive this process. Until then it ends with this process, however that ends. */
  detach(): void;
  /** Ends the emulator, with its function workers and temporary files. Safe to call twice. */
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** Default, and for 0: any free port. */
  port?: number;
  /** Enforces IAM for calls that functions make. */
  auth?: boolean;
  /** Multiplies the waits of state machines, between retries too, but not their time-outs. Default 1. */
  waitScale?: number;
  /** Executions of state machines that run concurrently; others wait. Default 6, what two cores can handle. */
  executionsAtOnce?: number;
  /** Receives everything that the emulator prints. Overwritten; its folder is created. */
  logFile: string;
  /** A folder of the caller's. Removed with everything in it once the emulator is stopped or its owner is gone. */
  folder?: string;
  /** The file by which other processes find a detached emulator. Without it, nobody knows of the emulator. */
  recordFile?: string;
}

/**
 * Starts MiniStack on loopback and waits until it answers.
 *
 * @throws Error, a sentence, if the port is in use or the emulator ends before it answers.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const port = options.port || (await freePort());
  if (options.port && !(await isFree(port))) {
    throw new Error(`Port ${port} of ${HOST} is in use: stop what listens there, or choose another with ORDERS_PORT.`);
  }
  const endpoint = `http://${HOST}:${port}`;
  const id = `orders-${randomUUID()}`;
  const instance = { endpoint, port, id };
  const child = spawnEmulator(options, instance);
  const ended = new Promise((resolve) => child.once("close", resolve)); // also emitted if the program can't be started
  try {
    await untilHealthy(child, instance, options.logFile);
  } catch (error) {
    child.kill("SIGTERM");
    await ended;
    throw error;
  }
  child.unref(); // a forgotten emulator must not keep this process alive
  const stop = async (): Promise<void> => {
    child.ref();
    child.kill("SIGTERM");
    await ended;
  };
  const detach = (): void => {
    child.stdin?.end("live on");
  };
  return { endpoint, pid: child.pid as number, id, detach, stop };
}

/** Whether the recorded emulator still answers: this instance, not another one on its port. */
export async function isRunning({ endpoint, id }: Pick<EmulatorRecord, "endpoint" | "id">): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(5_000) });
    const health = (await answer.json()) as { edition?: string };
    return health.edition === id;
  } catch {
    return false;
  }
}

/** Stops an emulator that another process started, even if it hangs. No error if it is already gone. */
export async function stopEmulator({ pid, id }: Pick<EmulatorRecord, "pid" | "id">): Promise<void> {
  if (isProcess(pid, id)) process.kill(pid, "SIGTERM");
  while (isProcess(pid, id)) await sleep(20);
}

interface Instance {
  endpoint: string;
  port: number;
  id: string;
}

function spawnEmulator(options: EmulatorOptions, instance: Instance) {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, "w");
  try {
    const script = join(import.meta.dirname, "emulator.py");
    const { folder, recordFile } = options;
    const args = [script, instance.id, ...(recordFile ? ["--record", recordFile] : []), ...(folder ? [folder] : [])];
    const child = spawn(tool("python"), args, {
      // Its own session: Ctrl-C in the terminal must not kill the emulator before we handle it.
      detached: true,
      stdio: ["pipe", log, log],
      env: environment(options, instance),
    });
    child.on("error", () => {}); // untilHealthy reports it: a child that could not be started has no pid
    return child;
  } finally {
    closeSync(log);
  }
}

/** Only what the emulator needs. Functions inherit it, and must not get the user's credentials, proxies and NODE_OPTIONS. */
function environment(
  { auth, waitScale, executionsAtOnce }: EmulatorOptions,
  { endpoint, port, id }: Instance,
): NodeJS.ProcessEnv {
  const { PATH, LANG, LD_LIBRARY_PATH, TMPDIR } = process.env;
  return {
    ...(LANG && { LANG }),
    ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }),
    ...(TMPDIR && { TMPDIR }),
    // Functions run on the same Node as we do: the pinned one.
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    PYTHONUNBUFFERED: "1",
    BIND_HOST: HOST,
    GATEWAY_PORT: String(port),
    AWS_ENDPOINT_URL: endpoint,
    AUTH: String(auth ?? false),
    SFN_WAIT_SCALE: String(waitScale ?? 1),
    EXECUTIONS_AT_ONCE: String(executionsAtOnce ?? 6),
    MINISTACK_EDITION: id,
    // Listeners that nobody needs, on fixed ports that a second emulator could not share.
    SFTP_ENABLED: "0",
    IOT_MTLS_ENABLED: "0",
    // If there is a Docker daemon on this machine, leave it alone.
    DOCKER_HOST: "unix:///nonexistent",
  };
}

async function untilHealthy(child: ChildProcess, instance: Instance, logFile: string) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isRunning(instance))) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The emulator ended while it was starting (${lastLine(logFile)}); its log is ${logFile}.`);
    }
    if (Date.now() > deadline) {
      throw new Error(`The emulator did not answer within ${START_TIMEOUT_MS / 1_000} s; its log is ${logFile}.`);
    }
    await sleep(20);
  }
}

function lastLine(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").at(-1) || "it printed nothing";
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The system gave no free port.");
  return address.port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false)).listen(port, HOST, () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return free;
}
