import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder, isOurs, makeFolder } from "./cache.mjs";
import { goBuild, goIsThere } from "./go.mjs";
import { ask, onPath, root, run, step } from "./step.mjs";

/** The CLI's version is that of its launcher in package.json. */
const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.pulumi;

/** Where the launcher and the Automation API keep official downloads. */
const downloaded = join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "versions", version);

/** Ours: a build of ours has no language hosts, so it must not pass for a download. */
const ours = join(cacheFolder, `pulumi-${version}`);

/** @param {string | undefined} recorded The folder that has `bin/pulumi`. */
export function pulumiIsCurrent(recorded) {
  return recorded !== undefined && [downloaded, ours].some((folder) => isOurs(cli(recorded), cli(folder)));
}

/**
 * Takes the CLI from the PATH or a cache, else downloads it, else builds it.
 * @returns {Promise<string>} The folder that has `bin/pulumi`.
 */
export async function installPulumi() {
  const answer = `v${version}`;
  const found = onPath("pulumi", ["version"], new RegExp(`^${answer}$`));
  if (found) {
    await makeFolder(ours, (partial) => link(found, cli(partial)));
    return ours;
  }
  const cached = [downloaded, ours].find((folder) => ask(cli(folder), ["version"]) === answer);
  return cached ?? (await download()) ?? (await build());
}

const cli = (folder) => join(folder, "bin", "pulumi");

function link(program, path) {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(program, path);
}

/** The launcher installs into PULUMI_HOME: an own one, so that a broken download leaves nothing in the user's. */
async function download() {
  const launcher = join(root, "node_modules", "pulumi", "run.js");
  try {
    await step(`Downloading the Pulumi CLI ${version}`, () =>
      makeFolder(downloaded, async (partial) => {
        const home = join(partial, "home");
        const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "1" };
        await run(process.execPath, [launcher, "version"], { env, timeout: 300_000 });
        renameSync(join(home, "versions", version, "bin"), join(partial, "bin"));
        rmSync(home, { recursive: true });
      }),
    );
    return downloaded;
  } catch {
    return undefined; // a closed network: build it
  }
}

async function build() {
  if (!goIsThere()) {
    throw new Error(
      `The Pulumi CLI ${version} can't be downloaded, and Go is missing to build it: open the network, or install Go 1.21 or newer, or Pulumi ${version}.`,
    );
  }
  await step(`It can't be downloaded here: building the Pulumi CLI ${version}, about 4 minutes on two cores`, () =>
    makeFolder(ours, (partial) =>
      goBuild("pulumi", cli(partial), [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`]),
    ),
  );
  return ours;
}
