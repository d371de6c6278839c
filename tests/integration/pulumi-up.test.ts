import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { startProvider } from "../../local/provider/server.ts";
import { root, tool } from "../../local/tools.ts";
import { type LanguageHost, startLanguageHost } from "../support/language-host.ts";
import { target } from "../support/stack.ts";

/** `pulumi up` runs the program in a process of its own, by the options of Pulumi.yaml, where our engine runs it inline. */
describe("The program, as `pulumi up` runs it", function () {
  this.timeout(60_000);
  let folder: string;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let host: LanguageHost;

  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-pulumi-up-"));
    await symlink(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    await symlink(join(root, "index.ts"), join(folder, "index.ts"));
    provider = await startProvider();
    host = await startLanguageHost();
  });
  after(async () => {
    host?.stop();
    await provider?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("is found, read as TypeScript and planned", async () => {
    await pulumi("stack", "init");
    // Nothing listens there: a preview asks nobody.
    const aws = { region: "eu-west-1", accessKey: "test", secretKey: "test", endpoints: NOWHERE };
    const plaintext = Object.entries(aws).flatMap(([key, value]) => ["--plaintext", `aws:${key}=${value}`]);
    await pulumi("config", "set-all", "--secret", "cursorSecret=0123456789abcdef0123456789abcdef", ...plaintext);

    const { stdout } = await pulumi("preview", "--json", `--client=127.0.0.1:${host.port}`, "--exec-kind=auto.inline");

    const { steps, changeSummary } = JSON.parse(stdout) as {
      steps: { newState: { type: string } }[];
      changeSummary: object;
    };
    expect(changeSummary).to.have.all.keys("create");
    const types = steps.map(({ newState }) => newState.type);
    expect(types).to.include.members([
      "orders:index:OrderStore",
      "orders:index:OrderApi",
      "aws:lambda/function:Function",
    ]);
  });

  function pulumi(...args: string[]) {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_HOME: join(folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "1",
    };
    const options = { cwd: folder, env, maxBuffer: 2 ** 26 };
    const cli = join(tool("pulumi"), "bin", "pulumi");
    return promisify(execFile)(cli, [...args, "--stack=dev", "--non-interactive"], options);
  }
});

const NOWHERE = JSON.stringify([{ dynamodb: "http://127.0.0.1:9" }]);
