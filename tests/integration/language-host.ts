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

/** A language host for the Pulumi CLI: `--client=127.0.0.1:PORT` or `PULUMI_DEBUG_LANGUAGES=nodejs:PORT` selects it. */
export interface LanguageHost {
  port: number;
  /** The project's folder, whose program it runs. Initially the checkout's root. */
  folder: string;
  stop(): void;
}

/**
 * Starts a gRPC server with the parts of the engine's language protocol that running a program needs. The CLI's own
 * Node.js host is a binary that npm doesn't have; this one starts the same runtime in the same way.
 */
export async function startLanguageHost(): Promise<LanguageHost> {
  const server = new Server();
  let engine = "";
  const host: LanguageHost = { port: 0, folder: root, stop: () => server.forceShutdown() };
  server.addService(services.LanguageRuntimeService, {
    // With `--client`, the CLI skips the handshake, and passes the engine's address in a run's arguments instead.
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

/** Runs the program in Pulumi's Node.js runtime. @returns Its output if it failed, otherwise an empty string. */
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
