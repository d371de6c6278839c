import { existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, makeFolder } from "./cache.mjs";
import { goBuild, goIsThere } from "./go.mjs";
import { ask, onPath, run, step } from "./step.mjs";

const version = "1.8.1";
const answer = new RegExp(`^k6 v${version}\\b`);
const folder = join(cacheFolder, `k6-${version}`);
const program = join(folder, "k6");

/** @param {string | undefined} recorded The program. */
export function k6IsCurrent(recorded) {
  return recorded === program && existsSync(program);
}

/**
 * Takes k6 from the PATH or our cache, else downloads it, else builds it.
 * @returns {Promise<string>} The program.
 */
export async function installK6() {
  const found = onPath("k6", ["version"], answer);
  if (found) await makeFolder(folder, (partial) => symlinkSync(found, join(partial, "k6")));
  else if (!answer.test(ask(program, ["version"])) && !(await download())) await build();
  return program;
}

/** Node's names for platforms and processors, and the releases'. */
const platforms = { linux: "linux", darwin: "macos" };
const processors = { x64: "amd64", arm64: "arm64" };

async function download() {
  const platform = platforms[process.platform];
  const processor = processors[process.arch];
  if (!platform || !processor) return false;
  const archive = `k6-v${version}-${platform}-${processor}.${platform === "linux" ? "tar.gz" : "zip"}`;
  const url = `https://github.com/grafana/k6/releases/download/v${version}/${archive}`;
  try {
    await step(`Downloading k6 ${version}`, () => makeFolder(folder, (partial) => unpack(url, partial)));
    return true;
  } catch {
    return false; // a closed network: build it
  }
}

async function unpack(url, target) {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const archive = join(target, "archive");
  writeFileSync(archive, new Uint8Array(await response.arrayBuffer()));
  await run("tar", ["-xf", archive, "-C", target, "--strip-components", "1"]); // macOS's unpacks zip files, too
  rmSync(archive);
  if (!answer.test(ask(join(target, "k6"), ["version"]))) throw new Error(`${url} is not k6 ${version}.`);
}

function build() {
  if (!goIsThere()) {
    throw new Error(
      `k6 ${version} can't be downloaded, and Go is missing to build it: open the network, or install Go 1.21 or newer, or k6 ${version}.`,
    );
  }
  return step(`It can't be downloaded here: building k6 ${version}, about two minutes on two cores`, () =>
    makeFolder(folder, (partial) => goBuild("k6", join(partial, "k6"))),
  );
}
