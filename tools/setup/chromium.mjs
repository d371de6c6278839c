import { existsSync } from "node:fs";
import { join } from "node:path";
import { ask, onPath, root, run } from "./run.mjs";
import { attempt } from "./step.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const onMacs = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const answer = /^(Chromium|Google Chrome)\D* \d+/;

export const chromium = {
  /** @param {string | undefined} recorded The program. */
  isCurrent: (recorded) => recorded !== undefined && existsSync(recorded),

  /**
   * Takes the Chromium or Chrome of this machine, else downloads what Playwright has, else installs Debian's package.
   * @param {Promise<void>} dependencies Playwright is one.
   * @returns {Promise<string>} The program.
   */
  install: async (dependencies) => {
    const program = onThisMachine() ?? (await download(dependencies)) ?? (await installPackage());
    if (program) return program;
    throw new Error(
      "The browser tests need Chromium, which can't be installed here: install Chromium or Google Chrome, and run this again.",
    );
  },
};

function onThisMachine() {
  const found = names.map((name) => onPath(name, ["--version"], answer)).find(Boolean);
  return found ?? (starts(onMacs) ? onMacs : undefined);
}

function starts(program) {
  return existsSync(program) && answer.test(ask(program, ["--version"]));
}

/** Playwright keeps what it downloads in a cache of its own, whoever of its users asked for it. */
async function download(dependencies) {
  await dependencies;
  const { chromium } = await import("playwright-core");
  const program = chromium.executablePath();
  if (!existsSync(program)) {
    const cli = join(root, "node_modules", "playwright-core", "cli.js");
    const args = [cli, "install", "--no-shell", "chromium"];
    await attempt("Downloading Chromium", () => run(process.execPath, args, { timeout: 300_000 }));
  }
  // It may lack libraries of the system.
  return starts(program) ? program : undefined;
}

async function installPackage() {
  if (process.getuid?.() !== 0) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Without a font, pages have no text.
  const packages = ["chromium", "fonts-liberation"];
  await attempt("Installing Debian's Chromium", async () => {
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env });
  });
  return onThisMachine();
}
