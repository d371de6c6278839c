import { existsSync } from "node:fs";
import { join } from "node:path";
import { DOWNLOAD_TIMEOUT_MS, findOnPath, readOutput, root, run } from "./run.mjs";
import { attempt } from "./step.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_PROGRAM = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const VERSION_PATTERN = /^(Chromium|Google Chrome)\D* \d+/;

export const chromium = {
  /** @param {string | undefined} recorded Path of the program. */
  isCurrent: (recorded) => recorded !== undefined && existsSync(recorded),

  /**
   * Finds Chromium or Chrome on this machine, else downloads Playwright's Chromium, else installs Debian's package.
   * @param {Promise<void>} dependencies Resolves once they are installed: Playwright is one.
   * @returns {Promise<string>} Path of the program.
   */
  install: async (dependencies) => {
    const program = findInstalled() ?? (await download(dependencies)) ?? (await installPackage());
    if (program) return program;
    throw new Error(
      "The browser tests need Chromium, which can't be installed here: install Chromium or Google Chrome, and run this again.",
    );
  },
};

function findInstalled() {
  const found = NAMES.map((name) => findOnPath(name, ["--version"], VERSION_PATTERN)).find(Boolean);
  return found ?? (starts(MAC_PROGRAM) ? MAC_PROGRAM : undefined);
}

function starts(program) {
  return existsSync(program) && VERSION_PATTERN.test(readOutput(program, ["--version"]));
}

/** Downloads into Playwright's own cache, which other projects may have filled already. */
async function download(dependencies) {
  await dependencies;
  const { chromium } = await import("playwright-core");
  const program = chromium.executablePath();
  if (!existsSync(program)) {
    const cli = join(root, "node_modules", "playwright-core", "cli.js");
    const args = [cli, "install", "--no-shell", "chromium"];
    await attempt("Downloading Chromium", () => run(process.execPath, args, { timeout: DOWNLOAD_TIMEOUT_MS }));
  }
  // System libraries that it needs may be missing.
  return starts(program) ? program : undefined;
}

async function installPackage() {
  if (process.getuid?.() !== 0) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Without a font, pages show no text.
  const packages = ["chromium", "fonts-liberation"];
  await attempt("Installing Debian's Chromium", async () => {
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env });
  });
  return findInstalled();
}
