import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, isOurs, makeFolder } from "./cache.mjs";
import { readOutput, root, run } from "./run.mjs";
import { step } from "./step.mjs";

/**
 * A cached virtual environment with exactly the packages of a requirements file, which pins them by hash.
 * @param {string} name The main package, as named in the file.
 * @param {string} title Its name in messages.
 * @param {string} file The requirements file, relative to the checkout's root.
 */
export function pythonTool(name, title, file) {
  const requirements = join(root, file);
  const content = readFileSync(requirements, "utf8");
  const version = new RegExp(`^${name}==(\\S+)`, "m").exec(content)?.[1];
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const folder = join(cacheFolder, `${name}-${version}-${digest}`);
  // Tools are run as its modules: installed scripts contain the path that the folder had before it was renamed.
  const python = join(folder, "bin", "python");
  return {
    /** @param {string | undefined} recorded Path of the environment's Python. */
    isCurrent: (recorded) => isOurs(recorded, python),
    /** @returns {Promise<string>} Path of the environment's Python. */
    install: async () => {
      if (existsSync(python)) return python;
      const system = findPython();
      await step(`Installing ${title} ${version}`, () =>
        makeFolder(folder, (partial) => fill(partial, system, requirements)),
      );
      return python;
    },
  };
}

async function fill(folder, system, requirements) {
  await run(system, ["-m", "venv", folder]).catch((error) => {
    if (!/ensurepip is not|No module named/.test(error.output ?? "")) throw error;
    throw new Error(
      `${system} can't make virtual environments: install its venv module (python3-venv on Debian and Ubuntu).`,
    );
  });
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:"];
  await run(join(folder, "bin", "python"), [...pip, "--require-hashes", "-r", requirements]);
}

function findPython() {
  const found = ["python3", "python"]
    .map((name) => [name, readOutput(name, ["--version"])])
    .find(([, version]) => version);
  if (!found) throw new Error("Python is missing: install Python 3.10 or newer.");
  const [name, version] = found;
  const [major = 0, minor = 0] = version.replace(/^\D+/, "").split(".").map(Number);
  if (major < 3 || (major === 3 && minor < 10)) throw new Error(`${version} is too old: install Python 3.10 or newer.`);
  return name;
}
