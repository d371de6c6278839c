import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { startProvider } from "../../local/provider/server.ts";
import { root, tool } from "../../local/tools.ts";
import { target } from "../support/stack.ts";

const NODE_RUNTIME = join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run");

/**
 * `pulumi up` runs the program in a process of its own, by the options of Pulumi.yaml, where our engine runs it inline.
 * The CLI's Node.js host is a program that package registries don't have: this one starts the same runtime the same way.
 */
describe("The programs, as `pulumi up` runs them", function () {
  this.timeout(60_000);
  let folder: string;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let host: LanguageHost;

  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-pulumi-up-"));
    await mkdir(join(folder, "account"));
    for (const file of ["Pulumi.yaml", "index.ts", "account/Pulumi.yaml", "account/index.ts"]) {
      await symlink(join(root, file), join(folder, file));
    }
    provider = await startProvider();
    host = await startLanguageHost();
  });
  after(async () => {
    host?.server.forceShutdown();
    await provider?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("are found, read as TypeScript and planned: the order system", async () => {
    const types = await preview(".", { cursorSecret: "0123456789abcdef0123456789abcdef" });

    expect(types).to.include.members([
      "orders:index:OrderStore",
      "orders:index:OrderApi",
      "aws:lambda/function:Function",
    ]);
  });

  it("are found, read as TypeScript and planned: what an account has once", async () => {
    const types = await preview("account", { repository: "acme/orders" });

    expect(types).to.include.members(["orders:index:GitHubRoles", "aws:apigateway/account:Account"]);
  });

  /** What a preview of a project would create, by its types. */
  async function preview(project: string, config: Record<string, string>): Promise<string[]> {
    await pulumi(project, "stack", "init");
    // Nothing listens there: a preview asks nobody.
    const aws = { region: "eu-west-1", accessKey: "test", secretKey: "test", endpoints: NOWHERE };
    const plaintext = Object.entries(aws).flatMap(([key, value]) => ["--plaintext", `aws:${key}=${value}`]);
    const secrets = Object.entries(config).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
    await pulumi(project, "config", "set-all", ...secrets, ...plaintext);
    host.folder = join(root, project);

    const engine = [`--client=127.0.0.1:${host.port}`, "--exec-kind=auto.inline"];
    const { stdout } = await pulumi(project, "preview", "--json", ...engine);

    const { steps, changeSummary } = JSON.parse(stdout) as {
      steps: { newState: { type: string } }[];
      changeSummary: object;
    };
    expect(changeSummary).to.have.all.keys("create");
    return steps.map(({ newState }) => newState.type);
  }

  function pulumi(project: string, ...args: string[]) {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_HOME: join(folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "1",
    };
    const options = { cwd: join(folder, project), env, maxBuffer: 2 ** 26 };
    const cli = join(tool("pulumi"), "bin", "pulumi");
    return promisify(execFile)(cli, [...args, "--stack=dev", "--non-interactive"], options);
  }
});

const NOWHERE = JSON.stringify([{ dynamodb: "http://127.0.0.1:9" }]);

type Run = InstanceType<typeof messages.RunRequest>;

interface LanguageHost {
  port: number;
  server: Server;
  /** Of the project whose program it runs. */
  folder: string;
}

/** Serves the engine's protocol for languages, as far as a run of the program needs it. */
async function startLanguageHost(): Promise<LanguageHost> {
  const server = new Server();
  const host = { port: 0, server, folder: root };
  server.addService(services.LanguageRuntimeService, {
    getRequiredPlugins: (_: unknown, done: sendUnaryData<unknown>) =>
      done(null, new messages.GetRequiredPluginsResponse()),
    getPluginInfo: (_: unknown, done: sendUnaryData<unknown>) =>
      done(null, new plugin.PluginInfo().setVersion("1.0.0")),
    run: async ({ request }: ServerUnaryCall<Run, unknown>, done: sendUnaryData<unknown>) => {
      done(null, new messages.RunResponse().setError(await runProgram(request, host.folder)));
    },
  });
  host.port = await new Promise<number>((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return host;
}

/** Starts Pulumi's Node.js runtime for the program. @returns What it had to say if it failed. */
async function runProgram(request: Run, pwd: string): Promise<string> {
  const options = {
    monitor: request.getMonitorAddress(),
    engine: request.getArgsList()[0] ?? "",
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
