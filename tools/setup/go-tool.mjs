import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, isOurs, makeFolder } from "./cache.mjs";
import { goBuild, goIsThere } from "./go.mjs";
import { ask, onPath, run, step } from "./step.mjs";

/**
 * A program in Go, in one version.
 * @typedef {object} GoTool
 * @property {string} name The program's, and of the module in tools/ that builds it.
 * @property {string} version
 * @property {string[]} ask Arguments on which it tells its version.
 * @property {RegExp} answer What it answers in this version.
 * @property {(platform: string, processor: string) => string | undefined} url The official release for Node's names of a
 * platform and a processor, if there is one: an archive with the program in its root, or `strip` folders below.
 * @property {number} [strip]
 * @property {string[]} [linkerFlags] What a build needs to know its version.
 * @property {string} buildTime On two cores, in words.
 */

/**
 * Finds or installs a program: takes it from the PATH or our cache, else downloads it, else builds it.
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
      return false; // a closed network: build it
    }
  }

  function build() {
    if (!goIsThere()) {
      throw new Error(
        `${name} ${version} can't be downloaded, and Go is missing to build it: open the network, or install Go 1.21 or newer, or ${name} ${version}.`,
      );
    }
    return step(`It can't be downloaded here: building ${name} ${version}, ${tool.buildTime} on two cores`, () =>
      makeFolder(folder, (partial) => goBuild(name, join(partial, name), tool.linkerFlags)),
    );
  }

  return {
    /** @param {string | undefined} recorded The program. */
    isCurrent: (recorded) => isOurs(recorded, program),
    /** @returns {Promise<string>} The program. */
    install: async () => {
      const found = onPath(name, tool.ask, tool.answer);
      if (found) await makeFolder(folder, (partial) => symlinkSync(found, join(partial, name)));
      else if (!tool.answer.test(ask(program, tool.ask)) && !(await download())) await build();
      return program;
    },
  };
}

async function unpack({ name, version, ask: args, answer, strip = 0 }, url, target) {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const archive = join(target, "archive");
  writeFileSync(archive, new Uint8Array(await response.arrayBuffer()));
  await run("tar", ["-xf", archive, "-C", target, "--strip-components", String(strip)]); // macOS's unpacks zip files, too
  rmSync(archive);
  if (!answer.test(ask(join(target, name), args))) throw new Error(`${url} is not ${name} ${version}.`);
}
