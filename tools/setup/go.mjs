import { join } from "node:path";
import { ask, root, run } from "./step.mjs";

/** From 1.21 on, Go fetches the toolchain that a module asks for by itself. */
export function goIsThere() {
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(ask("go", ["version"])) ?? [];
  return Number(major) > 1 || Number(minor) >= 21;
}

/** Builds the program of a module in tools/, in the version that its go.mod pins. */
export function goBuild(module, output, linkerFlags = []) {
  const ldflags = ["-s", "-w", ...linkerFlags].join(" ");
  const env = { ...process.env, CGO_ENABLED: "0" }; // no C compiler needed
  return run("go", ["build", "-ldflags", ldflags, "-o", output, "tool"], { cwd: join(root, "tools", module), env });
}
