import { join } from "node:path";
import { readOutput, root, run } from "./step.mjs";

/** Whether Go is installed in version 1.21 or newer, which downloads the toolchain that a module requires. */
export function hasGo() {
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(readOutput("go", ["version"])) ?? [];
  return Number(major) > 1 || Number(minor) >= 21;
}

/** Builds the program of a module in tools/, in the version pinned by its go.mod. */
export function goBuild(module, output, linkerFlags = []) {
  const ldflags = ["-s", "-w", ...linkerFlags].join(" ");
  const env = { ...process.env, CGO_ENABLED: "0" }; // no C compiler needed
  return run("go", ["build", "-ldflags", ldflags, "-o", output, "tool"], { cwd: join(root, "tools", module), env });
}
