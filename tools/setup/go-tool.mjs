import { existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, makeFolder } from "./cache.mjs";
import { goBuild, hasGo } from "./go.mjs";
import { DOWNLOAD_TIMEOUT_MS, findOnPath, readOutput, run, step } from "./step.mjs";

/**
 * A program written in Go, in a pinned version.
 * @typedef {object} GoTool
 * @property {string} name Name of the program, and of the module in tools/ that builds it.
 * @property {string} version
 * @property {string[]} versionArgs Arguments with which it prints its version.
 * @property {RegExp} versionPattern What this version prints.
 * @property {(platform: string, arch: string) => string | undefined} url The official release for `process.platform` and
 * `process.arch`, if any: an archive with the program in its root, or `strip` folders below.
 * @property {number} [strip]
 * @property {string[]} [linkerFlags] Set the version in a build.
 * @property {string} buildTime Duration on two cores, in words.
 */

/**
 * Finds a program on the PATH or in the cache, else downloads it, else builds it.
 * @param {GoTool} tool
 */
export function goTool(tool) {
  const { name, version } = tool;
  const folder = join(cacheFolder, `${name}-${version}`);
  const program = join(folder, name);

  async function download() {
    const url = tool.url(process.platform, process.arch);
    if (!url) return false;
    try {
      await step(`Downloading ${name} ${version}`, () => makeFolder(folder, (partial) => unpack(tool, url, partial)));
      return true;
    } catch {
      return false; // no access to the download: build it
    }
  }

  function build() {
    if (!hasGo()) {
      throw new Error(
        `${name} ${version} can't be downloaded, and Go is missing to build it: open the network, or install Go 1.21 or newer, or ${name} ${version}.`,
      );
    }
    return step(`It can't be downloaded here: building ${name} ${version}, ${tool.buildTime} on two cores`, () =>
      makeFolder(folder, (partial) => goBuild(name, join(partial, name), tool.linkerFlags)),
    );
  }

  return {
    /** @param {string | undefined} recorded Path of the program. */
    isCurrent: (recorded) => recorded === program && existsSync(program),
    /** @returns {Promise<string>} Path of the program. */
    install: async () => {
      const found = findOnPath(name, tool.versionArgs, tool.versionPattern);
      if (found) await makeFolder(folder, (partial) => symlinkSync(found, join(partial, name)));
      else if (!hasVersion(tool, program) && !(await download())) await build();
      return program;
    },
  };
}

function hasVersion({ versionArgs, versionPattern }, program) {
  return versionPattern.test(readOutput(program, versionArgs));
}

async function unpack(tool, url, target) {
  const { name, version, strip = 0 } = tool;
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}.`);
  const archive = join(target, "archive");
  writeFileSync(archive, new Uint8Array(await response.arrayBuffer()));
  await run("tar", ["-xf", archive, "-C", target, "--strip-components", String(strip)]); // macOS's tar unpacks zip files, too
  rmSync(archive);
  if (!hasVersion(tool, join(target, name))) throw new Error(`${url} is not ${name} ${version}.`);
}
