import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { root } from "../../../tools/paths.ts";

const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pulumiVersion: string = devDependencies.pulumi;

describe("The set-up", function () {
  this.timeout(30_000);

  let machine: string;
  const path = (...names: string[]) => join(machine, ...names);

  beforeEach("create a machine with a checkout and an empty PATH", () => {
    machine = mkdtempSync(join(tmpdir(), "orders-setup-"));
    for (const source of ["tools", "package.json", "package-lock.json"]) {
      cpSync(join(root, source), path("checkout", source), { recursive: true });
    }
    cpSync(join(root, "package-lock.json"), path("checkout/node_modules/.package-lock.json"));
    mkdirSync(path("checkout/node_modules/.bin"));
    symlinkSync(process.execPath, path("checkout/node_modules/.bin/node"));
    mkdirSync(path("bin"));
  });

  afterEach(() => rmSync(machine, { recursive: true, force: true }));

  const start = (args: string[] = [], internet = "Promise.reject()") => {
    const fetch = `--import data:text/javascript,${encodeURIComponent(`globalThis.fetch=async()=>${internet}`)}`;
    const env = { HOME: path("home"), PATH: path("bin"), NODE_OPTIONS: fetch };
    const script = path("checkout/tools/setup/install.mjs");
    return spawn(process.execPath, [script, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  };
  const install = async (...options: Parameters<typeof start>) => {
    const child = start(...options);
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { output, last: errors.trimEnd().split("\n").at(-1), errors, code };
  };
  const program = (file: string, script: string) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    chmodSync(path(file), 0o755);
  };
  /** Creates virtual environments whose pip accepts any package. */
  const addPython = () =>
    program(
      "bin/python3",
      'case "$2" in venv) mkdir -p "$3/bin"; ln -s /bin/true "$3/bin/python";; *) echo Python 3.12.1;; esac',
    );
  const addPulumi = () => program("bin/pulumi", `echo v${pulumiVersion}`);
  const addLauncher = (script: string) => {
    mkdirSync(path("checkout/node_modules/pulumi"), { recursive: true });
    writeFileSync(path("checkout/node_modules/pulumi/run.js"), script);
  };
  const download = `
    const { mkdirSync, writeFileSync } = require("node:fs");
    const folder = process.env.PULUMI_HOME + "/versions/${pulumiVersion}/bin";
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + "/pulumi", "the CLI");`;
  const tools = () => JSON.parse(readFileSync(path("checkout/.orders/tools.json"), "utf8"));
  const versions = () => readdirSync(path("home/.pulumi/versions"));

  it("says which program is missing or too old", async () => {
    const without = await install();
    program("bin/python3", "echo Python 3.8.20");
    const old = await install();
    addPython();
    const withoutGo = await install();

    expect(without).to.include({ last: "Python is missing: install Python 3.10 or newer.", code: 1 });
    expect(old).to.include({ last: "Python 3.8.20 is too old: install Python 3.10 or newer.", code: 1 });
    expect(withoutGo.last).to.match(/^The Pulumi CLI .* can't be downloaded, and Go is missing to build it: /);
    expect(withoutGo.code).to.equal(1);
  });

  it("says that npm, disk space or the network is missing", async () => {
    rmSync(path("checkout/node_modules"), { recursive: true });
    const withoutNpm = await install();
    program("bin/npm", "echo npm error code ENOSPC; exit 1");
    const withoutSpace = await install();
    program("bin/npm", "echo npm error request failed, getaddrinfo ENOTFOUND; exit 1");
    const withoutNetwork = await install();

    expect(withoutNpm).to.include({ last: "The program npm is missing: install it and run this again.", code: 1 });
    expect(withoutSpace.last).to.match(
      /^Installing dependencies failed because there is no space left on the disk: free /,
    );
    expect(withoutNetwork.last).to.match(
      /^Installing dependencies failed because the network can't be reached: check /,
    );
  });

  it("uses the tools that are installed, and has nothing to do the second time", async () => {
    addPython();
    addPulumi();

    const first = await install();
    rmSync(path("bin/python3"));
    const second = await install();

    expect(first).to.include({ output: "", code: 0 });
    expect(second).to.include({ output: "", errors: "", code: 0 });
    expect(existsSync(tools().python)).to.equal(true);
    expect(tools().pulumi).to.equal(path(`home/.cache/orders/pulumi-${pulumiVersion}`));
  });

  it("downloads the Pulumi CLI if the one on the PATH has another version", async () => {
    addPython();
    program("bin/pulumi", "echo v3.1.0");
    addLauncher(download);

    const { code } = await install();

    expect(code).to.equal(0);
    expect(readFileSync(join(tools().pulumi, "bin/pulumi"), "utf8")).to.equal("the CLI");
    expect(versions()).to.deep.equal([pulumiVersion]);
  });

  it("uses the k6 that is installed, and has nothing to do the second time", async () => {
    addPython();
    addPulumi();
    program("bin/k6", "echo 'k6 v1.8.1 (go1.24, linux/amd64)'");

    const first = await install(["k6"]);
    const second = await install(["k6"]);

    const { k6 } = tools();
    expect(first.errors).not.to.include("k6");
    expect(first.code).to.equal(0);
    expect(second).to.include({ output: "", errors: "", code: 0 });
    expect(readFileSync(k6, "utf8")).to.equal(readFileSync(path("bin/k6"), "utf8"));
  });

  it("downloads k6 if the one on the PATH has another version", async () => {
    addPython();
    addPulumi();
    program("bin/k6", "echo k6 v0.59.0");
    program("bin/tar", 'printf "#!/bin/sh\necho k6 v1.8.1\n" > "$4/k6"; chmod +x "$4/k6"');

    const { errors, code } = await install(["k6"], "new Response('archive')");

    const { k6 } = tools();
    expect(errors).to.match(/\n- Downloading k6 1.8.1 …\n✔ Downloading k6 1.8.1 \(.* s\)\n$/);
    expect(code).to.equal(0);
    expect(readdirSync(dirname(k6))).to.deep.equal(["k6"]);
  });

  it("says that k6 can neither be downloaded nor built", async () => {
    addPython();
    addPulumi();

    const { last, code } = await install(["k6"]);

    expect(last).to.equal(
      "k6 1.8.1 can't be downloaded, and Go is missing to build it: open the network, or install Go 1.21 or newer, or k6 1.8.1.",
    );
    expect(code).to.equal(1);
  });

  it("builds Go tools that can't be downloaded, in the version that their module pins", async () => {
    addPython();
    addPulumi();
    program(
      "bin/go",
      `[ "$1" = version ] && echo go version go1.26.0 && exit; echo "$PWD $*" >> ${path("built")}; touch "$5"`,
    );

    const { code } = await install(["oasdiff", "actionlint"]);

    expect(code).to.equal(0);
    expect([tools().oasdiff, tools().actionlint].map((file) => existsSync(file))).to.deep.equal([true, true]);
    for (const name of ["oasdiff", "actionlint"]) {
      expect(readFileSync(path("built"), "utf8")).to.include(`${path("checkout/tools", name)} build`);
      const [, version] = /\/.cache\/orders\/\w+-([\d.]+)\//.exec(tools()[name]) ?? [];
      expect(readFileSync(join(root, "tools", name, "go.mod"), "utf8")).to.include(`/${name} v${version} `);
    }
  });

  it("uses the installed browser, and only on demand", async () => {
    addPython();
    addPulumi();
    program("bin/chromium", "echo This needs a snap >&2; exit 1");
    program("bin/google-chrome", "echo Google Chrome 156.0.8078.79");

    const withoutArguments = await install();
    const before = tools();
    const onDemand = await install(["chromium"]);

    expect([withoutArguments.code, onDemand.code]).to.deep.equal([0, 0]);
    expect(before).not.to.have.property("chromium");
    expect(tools().chromium).to.equal(path("bin/google-chrome"));
  });

  it("installs Debian's browser if there is none and nothing can be downloaded", async function () {
    if (process.getuid?.() !== 0) this.skip();
    addPython();
    addPulumi();
    program("chromium", "echo Chromium 156.0.8078.79 built on Debian GNU/Linux 12");
    program("bin/apt-get", `[ "$1" = update ] || cp ${path("chromium")} ${path("bin")}`);

    const { code } = await install(["chromium"]);

    expect(code).to.equal(0);
    expect(tools().chromium).to.equal(path("bin/chromium"));
  });

  it("says that there is no browser", async () => {
    addPython();
    addPulumi();

    const { last, code } = await install(["chromium"]);

    expect(last).to.match(/can't be installed here: install Chromium or Google Chrome, and run this again\.$/);
    expect(code).to.equal(1);
  });

  it("leaves no partial installation when it is killed", async () => {
    addPython();
    addLauncher(`${download}; process.kill(process.ppid, "SIGKILL");`);
    await once(start(), "close");
    const left = versions();

    addLauncher(download);
    const { code } = await install();

    expect(left).to.have.lengthOf(1).and.to.not.include(pulumiVersion);
    expect(code).to.equal(0);
    expect(versions()).to.deep.equal([pulumiVersion]);
  });
});
