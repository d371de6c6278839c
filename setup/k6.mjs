import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, makeFolder } from "./cache.mjs";
import { goBuild, goIsThere } from "./go.mjs";
import { onPath, step } from "./step.mjs";

const version = "1.8.1";
const built = join(cacheFolder, `k6-${version}`);
const program = join(built, "k6");

/**
 * Takes k6 from the PATH or our cache, else builds it.
 * @returns {Promise<string>} The program.
 */
export async function installK6() {
  const found = onPath("k6", ["version"], new RegExp(`^k6 v${version}\\b`));
  if (found) return found;
  if (existsSync(program)) return program;
  if (!goIsThere()) throw new Error(`k6 ${version} is missing: install it, or Go 1.21 or newer to build it.`);
  await step(`Building k6 ${version}, about a minute on two cores`, () =>
    makeFolder(built, (partial) => goBuild("k6", join(partial, "k6"))),
  );
  return program;
}
