import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, isOurs, makeFolder } from "./cache.mjs";
import { findGo, goBuild } from "./go.mjs";
import { DOWNLOAD_TIMEOUT_MS, findOnPath, readOutput, run } from "./run.mjs";
import { attempt, step } from "./step.mjs";

/**
 * A program written in Go, in a pinned version.
 * @typedef {object} GoTool
 * @property {string} name Name of the program, and of the module in tools/ that builds it.
 * @property {string} [title] Its name in messages, if another.
 * @property {string} version
 * @property {string[]} versionArgs Arguments with which it prints its version.
 * @property {RegExp} versionPattern What this version prints.
 * @property {(platform: string, arch: string) => string | undefined} url The official release for `process.platform` and
 * `process.arch`, if any: an archive with the program in its root, or `strip` folders below.
 * @property {number} [strip]
 * @property {string} [downloads] Folder for the official release, if not in our cache.
 * @property {string} [path] The program's path in its folder, if not in its root.
 * @property {string[]} [linkerFlags] Set the version in a build.
 * @property {string} buildTime Duration on two cores, in words.
 */

/**
 * Finds a program on the PATH or in a cache, else downloads it, else builds it.
 * @param {GoTool} tool
 */
export function goTool(tool) {
  const { name, title = name, version, path = name } = tool;
  const ownFolder = join(cacheFolder, `${name}-${version}`);
  const { downloads = ownFolder } = tool;
  const cached = [downloads, ownFolder].map((folder) => join(folder, path));

  async function make(folder, fill) {
    await makeFolder(folder, async (partial) => {
      const program = join(partial, path);
      mkdirSync(dirname(program), { recursive: true });
      await fill(program);
    });
    return join(folder, path);
  }

  async function download() {
    const url = tool.url(process.platform, process.arch);
    if (!url) return undefined;
    const unpacked = () => make(downloads, (program) => unpack(tool, url, program));
    return attempt(`Downloading ${title} ${version}`, unpacked, `building it, ${tool.buildTime} on two cores`);
  }

  async function build() {
    const go = await findGo(name);
    return step(`Building ${title} ${version}`, () =>
      make(ownFolder, (program) => goBuild(go, name, program, tool.linkerFlags)),
    );
  }

  return {
    /** @param {string | undefined} recorded Path of the program. */
    isCurrent: (recorded) => cached.some((program) => isOurs(recorded, program)),
    /** @returns {Promise<string>} Path of the program. */
    install: async () => {
      const found = findOnPath(name, tool.versionArgs, tool.versionPattern);
      if (found) return make(ownFolder, (program) => symlinkSync(found, program));
      return cached.find((program) => hasVersion(tool, program)) ?? (await download()) ?? build();
    },
  };
}

function hasVersion({ versionArgs, versionPattern }, program) {
  return versionPattern.test(readOutput(program, versionArgs));
}

async function unpack(tool, url, program) {
  const { name, version, strip = 0 } = tool;
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}.`);
  const folder = dirname(program);
  const archive = join(folder, "archive");
  writeFileSync(archive, new Uint8Array(await response.arrayBuffer()));
  await run("tar", ["-xf", archive, "-C", folder, "--strip-components", String(strip)]); // macOS's tar unpacks zip files, too
  rmSync(archive);
  if (!hasVersion(tool, program)) throw new Error(`${url} is not ${name} ${version}.`);
}
