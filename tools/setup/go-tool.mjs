import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, isOurs, makeFolder } from "./cache.mjs";
import { findGo, goBuild } from "./go.mjs";
import { ask, onPath, run } from "./run.mjs";
import { attempt, step } from "./step.mjs";

/**
 * A program in Go, in one version.
 * @typedef {object} GoTool
 * @property {string} name The program's, and of the module in tools/ that builds it.
 * @property {string} [title] What to call it, if not by its name.
 * @property {string} version
 * @property {string[]} ask Arguments on which it tells its version.
 * @property {RegExp} answer What it answers in this version.
 * @property {(platform: string, processor: string) => string | undefined} url The official release for Node's names of a
 * platform and a processor, if there is one: an archive with the program in its root, or `strip` folders below.
 * @property {number} [strip]
 * @property {string} [downloads] The folder for the official release, if it is not to be in our cache.
 * @property {string} [path] Where the program is in its folder, if not in its root.
 * @property {string[]} [linkerFlags] What a build needs to know its version.
 * @property {string} buildTime On two cores, in words.
 */

/**
 * Finds or installs a program: takes it from the PATH or a cache, else downloads it, else builds it.
 * @param {GoTool} tool
 */
export function goTool(tool) {
  const { name, title = name, version, answer, path = name } = tool;
  const ours = join(cacheFolder, `${name}-${version}`);
  const { downloads = ours } = tool;
  const cached = [downloads, ours].map((folder) => join(folder, path));

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
      make(ours, (program) => goBuild(go, name, program, tool.linkerFlags)),
    );
  }

  return {
    /** @param {string | undefined} recorded The program. */
    isCurrent: (recorded) => cached.some((program) => isOurs(recorded, program)),
    /** @returns {Promise<string>} The program. */
    install: async () => {
      const found = onPath(name, tool.ask, answer);
      if (found) return make(ours, (program) => symlinkSync(found, program));
      return cached.find((program) => answer.test(ask(program, tool.ask))) ?? (await download()) ?? build();
    },
  };
}

async function unpack({ name, version, ask: args, answer, strip = 0 }, url, program) {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const folder = dirname(program);
  const archive = join(folder, "archive");
  writeFileSync(archive, new Uint8Array(await response.arrayBuffer()));
  await run("tar", ["-xf", archive, "-C", folder, "--strip-components", String(strip)]); // macOS's unpacks zip files, too
  rmSync(archive);
  if (!answer.test(ask(program, args))) throw new Error(`${url} is not ${name} ${version}.`);
}
