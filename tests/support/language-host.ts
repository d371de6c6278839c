import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { root } from "../../tools/paths.ts";

const NODE_RUNTIME = join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run");

type Handshake = InstanceType<typeof messages.LanguageHandshakeRequest>;
type Run = InstanceType<typeof messages.RunRequest>;

/** A process's own way for the Pulumi CLI to run programs: `--client=127.0.0.1:PORT`, or `PULUMI_DEBUG_LANGUAGES=nodejs:PORT`. */
export interface LanguageHost {
  port: number;
  /** Of the project whose program it runs. At first the checkout's root. */
  folder: string;
  stop(): void;
}

/**
 * Serves the engine's protocol for languages, as far as a run of the program needs it. The CLI's Node.js host is a program
 * that package registries don't have: this one starts the same runtime the same way.
 */
export async function startLanguageHost(): Promise<LanguageHost> {
  const server = new Server();
  let engine = "";
  const host: LanguageHost = { port: 0, folder: root, stop: () => server.forceShutdown() };
  server.addService(services.LanguageRuntimeService, {
    // Not made by the CLI that is told of its client: that has the engine's address among a run's arguments.
    handshake: ({ request }: ServerUnaryCall<Handshake, unknown>, done: sendUnaryData<unknown>) => {
      engine = request.getEngineAddress();
      done(null, new messages.LanguageHandshakeResponse());
    },
    getRequiredPlugins: (_: unknown, done: sendUnaryData<unknown>) =>
      done(null, new messages.GetRequiredPluginsResponse()),
    getPluginInfo: (_: unknown, done: sendUnaryData<unknown>) =>
      done(null, new plugin.PluginInfo().setVersion("1.0.0")),
    run: async ({ request }: ServerUnaryCall<Run, unknown>, done: sendUnaryData<unknown>) => {
      done(null, new messages.RunResponse().setError(await runProgram(request, engine, host.folder)));
    },
  });
  host.port = await new Promise<number>((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return host;
}

/** Starts Pulumi's Node.js runtime for the program. @returns What it had to say if it failed. */
async function runProgram(request: Run, engine: string, pwd: string): Promise<string> {
  const options = {
    monitor: request.getMonitorAddress(),
    engine: request.getArgsList()[0] ?? engine,
    project: request.getProject(),
    stack: request.getStack(),
    pwd,
    "dry-run": String(request.getDryrun()),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [NODE_RUNTIME, ...args, "index.ts"], {
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: "false",
    },
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise((resolve) => child.once("close", resolve));
  return code === 0 ? "" : (await output).join("\n");
}
