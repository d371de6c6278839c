import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import pWaitFor from "p-wait-for";
import { tool } from "../../tools/paths.ts";
import { choosePort, HOST } from "./ports.ts";
import { isProcess } from "./processes.ts";

const START_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_CONCURRENT_EXECUTIONS = 6;
const DEFAULT_TRANSACTION_MS = 10;

/** A running MiniStack, as plain data, so that another process can find and stop it. */
export interface EmulatorRecord {
  /** Base URL of every AWS API and of the deployed HTTP APIs, on loopback. */
  endpoint: string;
  /** Process that, on SIGTERM, ends the emulator with its workers and removes its files. */
  pid: number;
  /** Random name of this instance, reported by its health check: a port or pid may have been reused. */
  id: string;
}

export interface Emulator extends EmulatorRecord {
  /** Writes its state to its state folder. */
  save(): Promise<void>;
  /** Lets the emulator outlive this process. Until then it ends with this process, even if that is killed. */
  detach(): void;
  /** Ends the emulator with its function workers and temporary files. Safe to call twice. */
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** Default, as for 0: a free one. */
  port?: number;
  /** Whether to enforce IAM for the functions' calls. */
  auth?: boolean;
  /**
   * Factor for state machines' waits, including those between retries, and for a queue's waits before it delivers a message again
   * whose function crashed or postponed it, but not for time-outs. Default 1.
   */
  waitScale?: number;
  /** State machine executions that run at the same time; others are queued. Default 6, what two cores can handle. */
  maxConcurrentExecutions?: number;
  /**
   * How long a DynamoDB transaction takes, in milliseconds: other writes to its items are refused meanwhile. Default 10. With
   * 0, nothing is ever refused.
   */
  transactionMs?: number;
  /** Receives everything the emulator prints. Overwritten; its folder is created. */
  logFile: string;
  /** Removed, with everything in it, when the emulator is stopped or its owner is gone. */
  folder?: string;
  /** Holds what {@link Emulator.save} writes. The emulator starts with the state that is there. */
  stateFolder?: string;
  /** File in which the caller records a detached emulator. If it is gone, the emulator is a leftover. */
  recordFile?: string;
}

/**
 * Starts MiniStack on loopback and waits until it is healthy.
 * @throws Error, a sentence, if the port is in use or the emulator ends or hangs while starting.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const port = await choosePort(options.port);
  const endpoint = endpointAt(port);
  const id = `orders-${randomUUID()}`;
  const instance = { endpoint, port, id };
  const child = spawnEmulator(options, instance);
  const ended = new Promise((resolve) => child.once("close", resolve)); // emitted even if the program can't be started
  try {
    await waitUntilHealthy(child, instance, options.logFile);
  } catch (error) {
    child.kill("SIGTERM");
    await ended;
    throw error;
  }
  child.unref(); // an emulator that nobody stops must not keep this process alive
  const stop = async (): Promise<void> => {
    child.ref();
    child.kill("SIGTERM");
    await ended;
  };
  const detach = (): void => {
    child.stdin?.end("detach");
  };
  const save = (): Promise<void> => saveState(child, options);
  return { endpoint, pid: child.pid as number, id, save, detach, stop };
}

/** The URL of an emulator on a free port, before it is started there. */
export async function freeEndpoint(): Promise<string> {
  return endpointAt(await choosePort());
}

function endpointAt(port: number): string {
  return `http://${HOST}:${port}`;
}

/** `silent`: its process lives but does not answer, and may still hold its data. `gone`: so is its data. */
export type EmulatorState = "running" | "silent" | "gone";

/** How an emulator is, no matter which process started it. A failed request alone does not make it `gone`. */
export async function stateOf({ endpoint, pid, id }: EmulatorRecord): Promise<EmulatorState> {
  if (await isRunning({ endpoint, id })) return "running";
  return isProcess(pid, id) ? "silent" : "gone";
}

/** Whether this very instance is healthy, and not another one on its port. */
export async function isRunning({ endpoint, id }: Pick<EmulatorRecord, "endpoint" | "id">): Promise<boolean> {
  try {
    const response = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(5_000) });
    const health = (await response.json()) as { edition?: string };
    return health.edition === id;
  } catch {
    return false;
  }
}

/** Stops an emulator that another process started, even if it hangs. No error if it is already gone. */
export async function stopEmulator({ pid, id }: Pick<EmulatorRecord, "pid" | "id">): Promise<void> {
  if (isProcess(pid, id)) process.kill(pid, "SIGTERM");
  await pWaitFor(() => !isProcess(pid, id));
}

async function saveState(child: ChildProcess, { stateFolder, logFile }: EmulatorOptions): Promise<void> {
  if (stateFolder === undefined) throw new Error("An emulator without a state folder can't save its state.");
  child.kill("SIGUSR1");
  const message = new Error(`The emulator did not save its state; its log is ${logFile}.`);
  const isSaved = () => existsSync(join(stateFolder, "saved"));
  await pWaitFor(isSaved, { timeout: { milliseconds: START_TIMEOUT_MS, message } });
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
      // In its own session, so that Ctrl-C in the terminal reaches only us.
      detached: true,
      stdio: ["pipe", log, log],
      env: environment(options, instance),
    });
    child.on("error", () => {}); // waitUntilHealthy reports it: the child has no pid
    return child;
  } finally {
    closeSync(log);
  }
}

/** Only what the emulator needs: functions inherit it, and must not get the user's credentials, proxies or NODE_OPTIONS. */
function environment(
  {
    auth,
    waitScale,
    maxConcurrentExecutions = DEFAULT_MAX_CONCURRENT_EXECUTIONS,
    transactionMs = DEFAULT_TRANSACTION_MS,
    stateFolder,
  }: EmulatorOptions,
  { endpoint, port, id }: Instance,
): NodeJS.ProcessEnv {
  const { PATH, LANG, LD_LIBRARY_PATH, TMPDIR } = process.env;
  return {
    ...(LANG && { LANG }),
    ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }),
    ...(TMPDIR && { TMPDIR }),
    // Functions run on the Node that runs this: the pinned one.
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    PYTHONUNBUFFERED: "1",
    BIND_HOST: HOST,
    GATEWAY_PORT: String(port),
    AWS_ENDPOINT_URL: endpoint,
    AUTH: String(auth ?? false),
    SFN_WAIT_SCALE: String(waitScale ?? 1),
    MAX_CONCURRENT_EXECUTIONS: String(maxConcurrentExecutions),
    TRANSACTION_MS: String(transactionMs),
    MINISTACK_EDITION: id,
    ...(stateFolder && {
      PERSIST_STATE: "1",
      STATE_DIR: stateFolder,
      S3_PERSIST: "1",
      S3_DATA_DIR: join(stateFolder, "s3"),
    }),
    // These listen on fixed ports, on which a second emulator would fail.
    SFTP_ENABLED: "0",
    IOT_MTLS_ENABLED: "0",
    // Keeps it away from the machine's Docker daemon.
    DOCKER_HOST: "unix:///nonexistent",
  };
}

async function waitUntilHealthy(child: ChildProcess, instance: Instance, logFile: string): Promise<void> {
  const isHealthy = async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The emulator ended while it was starting (${lastLine(logFile)}); its log is ${logFile}.`);
    }
    return isRunning(instance);
  };
  const message = new Error(`The emulator did not answer within ${START_TIMEOUT_MS / 1_000} s; its log is ${logFile}.`);
  await pWaitFor(isHealthy, { timeout: { milliseconds: START_TIMEOUT_MS, message } });
}

function lastLine(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").at(-1) || "it printed nothing";
}
