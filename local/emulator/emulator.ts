import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tool } from "../../tools/paths.ts";
import { isProcess } from "./processes.ts";

const host = "127.0.0.1";
const startTimeout = 30_000;

/** A running MiniStack. The fields are plain data, so that another process can find and stop it again. */
export interface EmulatorRecord {
  /** Base URL of every AWS API and of the deployed HTTP APIs, on loopback. */
  endpoint: string;
  /** Process that ends the emulator, its workers and its files when it gets SIGTERM. */
  pid: number;
  /** Random name of this instance, which its health answers carry: proves that a port or pid was not reused. */
  id: string;
}

export interface Emulator extends EmulatorRecord {
  /** Lets the emulator outlive this process. Before that it ends with this process, however that ends. */
  release(): void;
  /** Ends the emulator with every function worker and temporary file. Safe to call twice. */
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** Where none is given, or 0, a free one is taken. */
  port?: number;
  /** Enforce IAM for the calls that functions make. */
  auth?: boolean;
  /** Factor on the waits of state machines, those between retries included, but not on time-outs. Default 1. */
  waitScale?: number;
  /** Executions of state machines that run at once; others wait their turn. Default 6, what two cores can do. */
  executionsAtOnce?: number;
  /** Written anew with everything that the emulator prints; its folder is made. */
  logFile: string;
  /** A folder of the caller's to remove, with everything in it, when the emulator is stopped or its owner is gone. */
  folder?: string;
  /** File that tells other processes of an emulator that is released. When it is gone, nobody knows of the emulator any more. */
  recordFile?: string;
}

/**
 * Starts MiniStack on loopback and waits until it answers.
 * @throws Error, one sentence, when the port is in use or the emulator dies before it answers.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const port = options.port || (await freePort());
  if (options.port && !(await isFree(port))) {
    throw new Error(`Port ${port} of ${host} is in use: stop what listens there, or choose another with ORDERS_PORT.`);
  }
  const endpoint = `http://${host}:${port}`;
  const id = `orders-${randomUUID()}`;
  const instance = { endpoint, port, id };
  const child = spawnEmulator(options, instance);
  const ended = new Promise((resolve) => child.once("close", resolve)); // comes even where the program can't be started
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
  const release = (): void => {
    child.stdin?.end("live on");
  };
  return { endpoint, pid: child.pid as number, id, release, stop };
}

/** Whether the recorded emulator still answers: the very instance, not another one on its port. */
export async function isRunning({ endpoint, id }: Pick<EmulatorRecord, "endpoint" | "id">): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(5_000) });
    const health = (await answer.json()) as { edition?: string };
    return health.edition === id;
  } catch {
    return false;
  }
}

/** Stops an emulator that another process started, a hung one too; no error when it is already gone. */
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
      // Its own session: Ctrl-C in the terminal is for us to handle, and must not kill the emulator first.
      detached: true,
      stdio: ["pipe", log, log],
      env: environment(options, instance),
    });
    child.on("error", () => {}); // reported by untilHealthy: a child that could not start has no pid
    return child;
  } finally {
    closeSync(log);
  }
}

/** Only what the emulator needs: functions inherit it, and credentials, proxies and NODE_OPTIONS of the user must not reach them. */
function environment(
  { auth, waitScale, executionsAtOnce }: EmulatorOptions,
  { endpoint, port, id }: Instance,
): NodeJS.ProcessEnv {
  const { PATH, LANG, LD_LIBRARY_PATH, TMPDIR } = process.env;
  return {
    ...(LANG && { LANG }),
    ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }),
    ...(TMPDIR && { TMPDIR }),
    // Functions run on the Node that runs us: the pinned one.
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    PYTHONUNBUFFERED: "1",
    BIND_HOST: host,
    GATEWAY_PORT: String(port),
    AWS_ENDPOINT_URL: endpoint,
    AUTH: String(auth ?? false),
    SFN_WAIT_SCALE: String(waitScale ?? 1),
    EXECUTIONS_AT_ONCE: String(executionsAtOnce ?? 6),
    MINISTACK_EDITION: id,
    // Listeners nobody asked for, on fixed ports that a second emulator could not have.
    SFTP_ENABLED: "0",
    IOT_MTLS_ENABLED: "0",
    // A Docker daemon on the machine is not ours to look at.
    DOCKER_HOST: "unix:///nonexistent",
  };
}

async function untilHealthy(child: ChildProcess, instance: Instance, logFile: string) {
  const deadline = Date.now() + startTimeout;
  while (!(await isRunning(instance))) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The emulator ended while it was starting (${lastLine(logFile)}); its log is ${logFile}.`);
    }
    if (Date.now() > deadline) {
      throw new Error(`The emulator did not answer within ${startTimeout / 1000} s; its log is ${logFile}.`);
    }
    await sleep(20);
  }
}

function lastLine(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").at(-1) || "it printed nothing";
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
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
    server.once("error", () => resolve(false)).listen(port, host, () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return free;
}
