import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { startProvider } from "../../local/provider/server.ts";
import { root, tool } from "../../tools/paths.ts";
import { target } from "../support/stack.ts";
import { type LanguageHost, startLanguageHost } from "./language-host.ts";

/** `pulumi up` runs a program in a process of its own, configured by Pulumi.yaml; the local engine runs it inline. */
describe("pulumi up", () => {
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
    host?.stop();
    await provider?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("finds, compiles and previews the order system's program", async () => {
    const types = await preview(".", { cursorSecret: "0123456789abcdef0123456789abcdef" });

    expect(types).to.include.members([
      "orders:index:OrderStore",
      "orders:index:OrderApi",
      "aws:lambda/function:Function",
    ]);
  });

  it("finds, compiles and previews the account's program", async () => {
    const types = await preview("account", { repository: "acme/orders", ownerId: "1001", repositoryId: "2002" });

    expect(types).to.include.members(["orders:index:GitHubRoles", "aws:apigateway/account:Account"]);
  });

  /** Previews a project. @returns The types of the resources that it would create. */
  async function preview(project: string, config: Record<string, string>): Promise<string[]> {
    await pulumi(project, "stack", "init");
    // A preview makes no calls.
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
