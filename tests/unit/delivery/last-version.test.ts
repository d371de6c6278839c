import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { fileOfVersion, lastVersion } from "../../../delivery/last-version.ts";
import { root } from "../../../tools/paths.ts";

const NOTE = '---\n"orders": minor\n---\n\nOrders can be paid in peanuts.\n';

describe("Versions", () => {
  let machine: string;
  let checkout: string;

  beforeEach("prepare a checkout that contains version 1.0.0", () => {
    machine = mkdtempSync(join(tmpdir(), "orders-versions-"));
    checkout = join(machine, "checkout");
    mkdirSync(checkout);
    git("init", "--quiet", "--initial-branch=main");
    write("package.json", { name: "orders", version: "1.0.0", private: true });
    write("package-lock.json", { name: "orders", version: "1.0.0", packages: { "": { version: "1.0.0" } } });
    write("domain/contract/storefront.json", { version: "1.0.0" });
    cpSync(join(root, ".changeset", "config.json"), join(checkout, ".changeset", "config.json"));
    commit("Release v1.0.0");
    git("tag", "v1.0.0");
    write("domain/contract/storefront.json", { version: "next" });
    commit("Work on what comes next, after Release v1.0.0");
  });

  afterEach(() => rmSync(machine, { recursive: true, force: true }));

  it("have the last one found by its tag, with its files", () => {
    const version = lastVersion(checkout);

    expect(version).to.deep.equal({ number: "1.0.0", commit: git("rev-parse", "v1.0.0") });
    expect(JSON.parse(fileOfVersion(version, "domain/contract/storefront.json", checkout))).to.deep.equal({
      version: "1.0.0",
    });
  });

  it("have the highest found, and only those that lead to what is checked out", () => {
    for (const tag of ["v0.9.9", "v0.10.0", "v9.9.9-rc.1", "vain"]) git("tag", tag);
    git("switch", "--quiet", "--create", "elsewhere");
    commit("Release v2.0.0");
    git("tag", "v2.0.0");
    git("switch", "--quiet", "main");

    const { number } = lastVersion(checkout);

    expect(number).to.equal("1.0.0");
  });

  it("have the last one found by its commit where the tags did not come along", () => {
    git("tag", "--delete", "v1.0.0");

    const version = lastVersion(checkout);

    expect(version).to.deep.equal({ number: "1.0.0", commit: git("rev-parse", "HEAD~1") });
  });

  it("say in a sentence what to do where the history did not come along", () => {
    const shallow = join(machine, "shallow");
    git("clone", "--quiet", "--depth=1", pathToFileURL(checkout).href, shallow);

    expect(() => lastVersion(shallow)).to.throw(
      `The history of ${shallow} contains no version: fetch it with "git fetch --tags --unshallow".`,
    );
  });

  it("are made of the notes: version, changelog, commit and tag", () => {
    writeFileSync(join(checkout, ".changeset", "peanuts.md"), NOTE);
    commit("Take peanuts");

    const { status } = newVersion();

    expect(status).to.equal(0);
    expect(git("log", "-1", "--format=%s")).to.equal("Release v1.1.0");
    expect(git("status", "--porcelain")).to.equal("");
    expect(lastVersion(checkout)).to.deep.equal({ number: "1.1.0", commit: git("rev-parse", "HEAD") });
    expect(git("tag", "--points-at", "HEAD")).to.equal("v1.1.0");
    expect(read("package.json")).to.include('"version": "1.1.0"');
    expect(JSON.parse(read("package-lock.json"))).to.deep.include({
      version: "1.1.0",
      packages: { "": { version: "1.1.0" } },
    });
    expect(read("CHANGELOG.md")).to.match(
      /^# orders\n\n## 1\.1\.0\n\n### Minor Changes\n\n- \w+: Orders can be paid in peanuts\.\n/,
    );
    expect(readdirSync(join(checkout, ".changeset"))).to.deep.equal(["config.json"]);
  });

  it("are not made without a note, nor of what is not committed", () => {
    const unnoted = newVersion();
    writeFileSync(join(checkout, ".changeset", "peanuts.md"), NOTE);
    const uncommitted = newVersion();

    expect(unnoted.status).to.equal(1);
    expect(unnoted.stderr).to.include('There is no new version: see above. "./orders change" adds a note of a change.');
    expect(uncommitted.status).to.equal(1);
    expect(uncommitted.stderr).to.include("There are uncommitted changes: commit them first");
    expect(git("log", "-1", "--format=%s")).not.to.match(/^Release/);
  });

  it("are made of notes that say how much changed, and what", () => {
    const notes = globSync("*.md", { cwd: join(root, ".changeset") });

    for (const note of notes) {
      const text = readFileSync(join(root, ".changeset", note), "utf8");
      expect(text, note).to.match(/^---\n"orders": (major|minor|patch)\n---\n\n\S.*(\.|:\n\n(- .*\n)*- .*)\n$/);
    }
  });

  it("are written down: the last one has its entry in the changelog, and is no newer than the program", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

    const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");

    expect(lastVersion(root).number).to.equal(version);
    expect(changelog).to.include(`\n## ${version}\n`);
  });

  function git(...args: string[]): string {
    const env = { PATH: process.env.PATH, HOME: machine, GIT_CONFIG_NOSYSTEM: "1" };
    const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    return execFileSync("git", [...author, ...args], { cwd: checkout, env, encoding: "utf8" }).trim();
  }

  function commit(message: string): void {
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  function write(file: string, content: object): void {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    writeFileSync(join(checkout, file), `${JSON.stringify(content, null, 2)}\n`);
  }

  function read(file: string): string {
    return readFileSync(join(checkout, file), "utf8");
  }

  function newVersion() {
    const names = ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "Ada"],
      [`GIT_${who}_EMAIL`, "ada@example.com"],
    ]);
    const env = { PATH: process.env.PATH, HOME: machine, ...Object.fromEntries(names) };
    const module = pathToFileURL(join(root, "delivery", "version.ts")).href;
    const script = `import { makeVersion } from "${module}"; makeVersion(process.cwd());`;
    const args = ["--input-type=module", "-e", script];
    return spawnSync(process.execPath, args, { cwd: checkout, env, encoding: "utf8" });
  }
});
