import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, makeFolder } from "./cache.mjs";
import { ask, root, run, step } from "./step.mjs";

const requirements = join(root, "local", "requirements.txt");
const content = readFileSync(requirements, "utf8");
const version = /^ministack==(\S+)/m.exec(content)?.[1];
const folder = join(
  cacheFolder,
  `ministack-${version}-${createHash("sha256").update(content).digest("hex").slice(0, 12)}`,
);
const python = join(folder, "bin", "python");

export function miniStackIsCurrent(recorded) {
  return recorded === python && existsSync(python);
}

/** Makes MiniStack's virtual environment, with exactly the packages of local/requirements.txt. */
export async function installMiniStack() {
  if (existsSync(python)) return python;
  const system = findPython();
  await step(`Installing the AWS emulator MiniStack ${version}`, () =>
    makeFolder(folder, async (partial) => {
      await run(system, ["-m", "venv", partial]).catch((error) => {
        if (!/ensurepip is not|No module named/.test(error.output ?? "")) throw error;
        throw new Error(
          `${system} can't make virtual environments: install its venv module (python3-venv on Debian and Ubuntu).`,
        );
      });
      const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:"];
      await run(join(partial, "bin", "python"), [...pip, "--require-hashes", "-r", requirements]);
    }),
  );
  return python;
}

function findPython() {
  const found = ["python3", "python"].map((name) => [name, ask(name, ["--version"])]).find(([, answer]) => answer);
  if (!found) throw new Error("Python is missing: install Python 3.10 or newer.");
  const [name, answer] = found;
  const [major = 0, minor = 0] = answer.replace(/^\D+/, "").split(".").map(Number);
  if (major < 3 || (major === 3 && minor < 10)) throw new Error(`${answer} is too old: install Python 3.10 or newer.`);
  return name;
}
