import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { restoreArtefact, writeArtefact } from "../../delivery/artefact.ts";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { engineEnvironment, prepareFolder } from "../../local/engine/stack-folder.ts";
import { startProvider } from "../../local/provider/server.ts";
import { copyProgram } from "../../stacks/program-copy.ts";
import { root, tool } from "../../tools/paths.ts";
import { target } from "../support/stack.ts";
import { type LanguageHost, startLanguageHost } from "./language-host.ts";

describe("The pipeline's deployment", function () {
  this.slow(20_000);
  let folder: string;
  let emulator: Emulator;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let host: LanguageHost;

  before("prepare what the pipeline has: a checkout, an account, a configured stack", async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-deploy-"));
    prepareFolder(folder);
    for (const file of ["Pulumi.yaml", "index.ts"]) await symlink(join(root, file), join(folder, file));
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    provider = await startProvider();
    host = await startLanguageHost();
    await pulumi("stack", "init", "--stack=dev");
    const endpoints = JSON.stringify([{ dynamodb: emulator.endpoint }]);
    const aws = { region: "us-east-1", accessKey: "test", secretKey: "test", endpoints };
    const settings = Object.entries(aws).flatMap(([key, value]) => ["--plaintext", `aws:${key}=${value}`]);
    const secret = "cursorSecret=0123456789abcdef0123456789abcdef";
    await pulumi(
      "config",
      "set-all",
      "--stack=dev",
      "--secret",
      secret,
      "--plaintext",
      "siteDelivery=bucket",
      "--plaintext",
      "deletionProtection=true",
      "--plaintext",
      "demo=true",
      ...settings,
    );
  });
  after(async () => {
    host?.stop();
    await provider?.stop();
    await emulator?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("builds an artefact with every function and page", async () => {
    const { stdout } = await run("build", join(folder, "build"));

    const { commit, files } = artefact();
    expect(stdout).to.equal(`Built ${Object.keys(files).length} files of ${commit} into ${join(folder, "build")}.\n`);
    const functions = readdirSync(join(root, "handlers")).filter((name) => name.endsWith(".ts"));
    const builds = Object.keys(files).map((name) => name.split("/")[1]);
    expect(builds.filter((name) => name === "index.mjs")).to.have.lengthOf(functions.length);
    expect(builds.join()).to.match(/shop-\w+\.js/);
  });

  it("deploys the artefact, records its commit, and the API responds", async () => {
    const { commit } = artefact();
    writeFileSync(join(folder, "build", "sbom.cdx.json"), "{}"); // the pipeline keeps it beside the artefact

    const { stdout } = await deploy("--artefact", "build", "--commit", commit);

    expect(stdout)
      .to.match(/^Deploying the \d+ files of build to dev\.\n/)
      .and.to.match(/\+ \d+ created/);
    const outputs = JSON.parse((await pulumi("stack", "output", "--stack=dev", "--json")).stdout);
    expect((await fetch(`${outputs.storefrontUrl}/health`)).status).to.equal(200);
    expect((await pulumi("config", "get", "--stack=dev", "commit")).stdout.trim()).to.equal(commit);
  });

  it("builds the same artefact again", async () => {
    expect(await writeArtefact(join(folder, "again"))).to.deep.equal(artefact());
  });

  it("changes nothing if the preview fails: the protected table would be replaced", async () => {
    host.folder = join(folder, "replacing");
    copyProgram(host.folder);
    edit("components/order-store.ts", 'rangeKey: "sk"', 'rangeKey: "orderId"');
    edit("components/event-queue.ts", "receiveWaitTimeSeconds: 20", "receiveWaitTimeSeconds: 10");

    const { code, stdout, stderr } = await deploy().catch((error) => error);
    host.folder = root;

    expect(code).to.equal(1);
    expect(stdout)
      .to.include("Previewing update (dev)")
      .and.to.match(/unable to replace resource \S+::orders-table/);
    expect(stdout).not.to.include("Updating (dev)");
    expect(stderr).to.match(/dev was not deployed: see above\.\n$/);
  });

  it("refuses artefacts of another commit, changed ones, and missing ones", async () => {
    const list = readFileSync(join(folder, "build", "artefact.json"), "utf8");
    const taken = () => restoreArtefact(join(folder, "build")).catch(({ message }) => message);

    write(list.replace(/"commit": "\w{7}/, '"commit": "0000000'));
    const another = await taken();
    write(list.replace(/(index\.mjs": ")\w{7}/, "$10000000"));
    const changed = await taken();
    await rm(join(folder, "build", "artefact.json"));
    const missing = await deploy("--artefact", "build").catch((error) => error);

    expect(another).to.match(/^The artefact in \S+ was built from 0000000\w+, but \w+ is checked out\.$/);
    expect(changed).to.match(/^The program would upload files that differ from those in \S+: \w+\/index\.mjs\.$/);
    expect(missing).to.include({ code: 1, stdout: "" });
    expect(missing.stderr).to.equal('build contains no artefact.json: run "./orders build" first.\n');
  });

  it("explains that a stack could not be deployed, or was not named", async () => {
    const unknown = await run("deploy", "--stack", "nowhere", `--cwd=${folder}`).catch((error) => error);
    const unnamed = await run("deploy").catch((error) => error);

    expect(unknown.stderr).to.match(/no stack named 'nowhere' found[\s\S]*\nnowhere was not deployed: see above\.\n$/);
    expect(unnamed.stderr).to.equal('Which stack? For example: "./orders deploy --stack dev".\n');
  });

  /** Edits the program's copy. */
  function edit(file: string, from: string, to: string): void {
    const source = readFileSync(join(host.folder, file), "utf8");
    expect(source).to.include(from);
    writeFileSync(join(host.folder, file), source.replaceAll(from, to));
  }

  function artefact(): { commit: string; files: Record<string, string> } {
    return JSON.parse(readFileSync(join(folder, "build", "artefact.json"), "utf8"));
  }

  function write(list: string): void {
    writeFileSync(join(folder, "build", "artefact.json"), list);
  }

  function deploy(...args: string[]) {
    return run(
      "deploy",
      "--stack",
      "dev",
      `--cwd=${folder}`,
      `--client=127.0.0.1:${host.port}`,
      "--exec-kind=auto.inline",
      ...args,
    );
  }

  function run(verb: string, ...args: string[]) {
    return start(process.execPath, [join(root, "cli", "main.ts"), verb, ...args]);
  }

  function pulumi(...args: string[]) {
    return start(join(tool("pulumi"), "bin", "pulumi"), [...args, "--non-interactive"]);
  }

  function start(program: string, args: string[]) {
    const env = {
      ...process.env,
      ...engineEnvironment(folder, true),
      PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
    };
    return promisify(execFile)(program, args, { cwd: folder, env, maxBuffer: 2 ** 26 });
  }
});
