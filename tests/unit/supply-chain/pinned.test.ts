import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { root } from "../../../tools/paths.ts";
import { lockedPackages, nameAt } from "./lock-file.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const { dependencies, devDependencies } = JSON.parse(read("package.json"));

/** Packages that would run a script when they are installed, and why none of them has to. */
const INSTALL_SCRIPTS: Record<string, string> = {
  "@pulumi/docker-build": "It downloads a plugin of awsx, which Pulumi itself fetches where the audit trail needs it.",
  "@swc/core": "It takes a build that works anywhere where none works on the machine.",
  "@scarf/scarf": "It tells its makers of the installation, and does nothing else.",
  "docker-classic": "It downloads a plugin of awsx, likewise.",
  esbuild: "It checks its program, which comes as an optional package.",
  node: "tools/setup/dependencies.mjs runs the one part of it that we need.",
  protobufjs: "It warns of how versions of it are chosen.",
};

describe("What we build on", () => {
  it("has exact versions", () => {
    const versions = Object.entries<string>({ ...dependencies, ...devDependencies });

    const loose = versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).to.deep.equal([]);
  });

  it("runs no script when it is installed, and none has to", () => {
    const settings = read(".npmrc").split("\n");
    const scripted = lockedPackages.filter(([, { hasInstallScript }]) => hasInstallScript);

    expect(settings).to.include("ignore-scripts=true");
    expect(scripted.map(([path]) => nameAt(path))).to.have.members(Object.keys(INSTALL_SCRIPTS));
  });

  it("has a hash for every package of npm's", () => {
    const bare = lockedPackages.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""));

    expect(lockedPackages).to.not.be.empty;
    expect(bare.map(([path]) => path)).to.deep.equal([]);
  });

  it("comes from the registry that npm is set to, and from nowhere else", () => {
    const lock = read("package-lock.json");

    expect(lock).to.not.match(/"resolved"|git\+|"link": true|"file:/);
    expect(read(".npmrc")).to.include("omit-lockfile-registry-resolved=true").and.to.not.include("registry=");
  });

  it("has a version and hashes for every package of Python's", () => {
    const files = globSync("**/requirements.txt", { cwd: root, exclude: ["node_modules", ".*"] });

    expect(files).to.have.members([
      "tools/formats/requirements.txt",
      "tools/go/requirements.txt",
      "tools/ministack/requirements.txt",
      "tools/parliament/requirements.txt",
      "tools/schemathesis/requirements.txt",
    ]);
    for (const file of files) {
      const lines = read(file).replaceAll("\\\n", "").split("\n");
      const requirements = lines.filter((line) => /^\w/.test(line));
      expect(requirements, file).to.not.be.empty;
      for (const requirement of requirements) {
        expect(requirement, file).to.match(/^[\w.-]+==[\w.]+( ;[^-]*)?(\s+--hash=sha256:[0-9a-f]{64})+\s*$/);
      }
    }
  });

  it("has a sum for every module of Go's", () => {
    const modules = globSync("tools/*/go.mod", { cwd: root });

    expect(modules).to.not.be.empty;
    for (const file of modules) {
      const sums = read(file.replace(/mod$/, "sum"));
      const required = [...read(file).matchAll(/^(?:require )?\t?([\w.-]+\.[\w./~-]+) (v\S+)(?: \/\/ indirect)?$/gm)];
      expect(required, file).to.not.be.empty;
      for (const [, module, version] of required) expect(sums, file).to.include(`${module} ${version} h1:`);
    }
  });

  it("builds each tool of Go's in the version that it would download", () => {
    const { devDependencies } = JSON.parse(read("package.json"));
    for (const name of ["actionlint", "k6", "oasdiff", "pulumi", "stripe-mock"]) {
      const [, pinned] = /^const version = "(.+)";$/m.exec(read(`tools/setup/${name}.mjs`)) ?? [];

      const version = name === "pulumi" ? devDependencies.pulumi : pinned;

      expect(read(`tools/${name}/go.mod`), name).to.match(new RegExp(`/${name}(/pkg/v3)? v${version}( |$)`, "m"));
    }
  });

  it("is there for every platform: npm ci refuses a lock file that leaves out an optional package", () => {
    const { packages } = JSON.parse(read("package-lock.json"));
    const names = (path: string) => Object.keys(packages[path].optionalDependencies ?? {});

    const missing = Object.keys(packages).flatMap((path) =>
      names(path).filter((name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`]),
    );

    expect(missing).to.deep.equal([]);
  });
});
