import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder, makeFolder } from "./cache.mjs";
import { goBuild, hasGo } from "./go.mjs";
import { DOWNLOAD_TIMEOUT_MS, findOnPath, readOutput, root, run, step } from "./step.mjs";

/** The CLI has the version of its launcher in package.json. */
const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.pulumi;

/** Where the launcher and the Automation API store official downloads. */
const downloadFolder = join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "versions", version);

/** A folder of our own, since our builds lack the language hosts that official downloads have. */
const ownFolder = join(cacheFolder, `pulumi-${version}`);

/** @param {string | undefined} recorded The folder that has `bin/pulumi`. */
export function pulumiIsCurrent(recorded) {
  return (recorded === downloadFolder || recorded === ownFolder) && existsSync(cli(recorded));
}

/**
 * Finds the CLI on the PATH or in a cache, else downloads it, else builds it.
 * @returns {Promise<string>} The folder that has `bin/pulumi`.
 */
export async function installPulumi() {
  const expected = `v${version}`;
  const found = findOnPath("pulumi", ["version"], new RegExp(`^${expected}$`));
  if (found) {
    await makeFolder(ownFolder, (partial) => link(found, cli(partial)));
    return ownFolder;
  }
  const cached = [downloadFolder, ownFolder].find((folder) => readOutput(cli(folder), ["version"]) === expected);
  return cached ?? (await download()) ?? (await build());
}

const cli = (folder) => join(folder, "bin", "pulumi");

function link(program, path) {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(program, path);
}

/** Runs the launcher with a temporary PULUMI_HOME, so that an aborted download leaves nothing in the user's. */
async function download() {
  const launcher = join(root, "node_modules", "pulumi", "run.js");
  try {
    await step(`Downloading the Pulumi CLI ${version}`, () =>
      makeFolder(downloadFolder, async (partial) => {
        const home = join(partial, "home");
        const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "1" };
        await run(process.execPath, [launcher, "version"], { env, timeout: DOWNLOAD_TIMEOUT_MS });
        renameSync(join(home, "versions", version, "bin"), join(partial, "bin"));
        rmSync(home, { recursive: true });
      }),
    );
    return downloadFolder;
  } catch {
    return undefined; // no access to the download: build it
  }
}

async function build() {
  if (!hasGo()) {
    throw new Error(
      `The Pulumi CLI ${version} can't be downloaded, and Go is missing to build it: open the network, or install Go 1.21 or newer, or Pulumi ${version}.`,
    );
  }
  await step(`It can't be downloaded here: building the Pulumi CLI ${version}, about 4 minutes on two cores`, () =>
    makeFolder(ownFolder, (partial) =>
      goBuild("pulumi", cli(partial), [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`]),
    ),
  );
  return ownFolder;
}
