import { existsSync } from "node:fs";
import { join } from "node:path";
import { ask, onPath, root, run, step } from "./step.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const onMacs = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const answer = /^(Chromium|Google Chrome)\D* \d+/;

/** @param {string | undefined} recorded The program. */
export function chromiumIsCurrent(recorded) {
  return recorded !== undefined && existsSync(recorded);
}

/**
 * Takes the Chromium or Chrome of this machine, else downloads what Playwright has, else installs Debian's package.
 * @returns {Promise<string>} The program.
 */
export async function installChromium() {
  const program = onThisMachine() ?? (await download()) ?? (await installPackage());
  if (program) return program;
  throw new Error(
    "The browser tests need Chromium, which can't be installed here: install Chromium or Google Chrome, and run this again.",
  );
}

function onThisMachine() {
  const found = names.map((name) => onPath(name, ["--version"], answer)).find(Boolean);
  return found ?? (starts(onMacs) ? onMacs : undefined);
}

function starts(program) {
  return existsSync(program) && answer.test(ask(program, ["--version"]));
}

/** Playwright keeps what it downloads in a cache of its own, whoever of its users asked for it. */
async function download() {
  const cli = join(root, "node_modules", "playwright-core", "cli.js");
  try {
    const { chromium } = await import("playwright-core");
    const program = chromium.executablePath();
    if (!existsSync(program)) {
      await step("Downloading Chromium", () =>
        run(process.execPath, [cli, "install", "--no-shell", "chromium"], { timeout: 300_000 }),
      );
    }
    // It may lack libraries of the system.
    return starts(program) ? program : undefined;
  } catch {
    return undefined; // a closed network: take the distribution's
  }
}

async function installPackage() {
  if (process.getuid?.() !== 0) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Without a font, pages have no text.
  const packages = ["chromium", "fonts-liberation"];
  try {
    await step("Installing Debian's Chromium", async () => {
      await run("apt-get", ["update"], { env });
      await run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env });
    });
    return onThisMachine();
  } catch {
    return undefined; // another system, or no way to its packages
  }
}
