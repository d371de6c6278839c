import type { Lambda } from "@aws-sdk/client-lambda";
import { PREVIOUS_ALIAS } from "./releases.ts";
import { versionOf } from "./versions.ts";

/** A function that went back. */
interface Rollback {
  name: string;
  from: string;
  to: string;
}

/**
 * Notes for every function which version its callers get, so that {@link rollBack} finds back there, whatever the release
 * that follows does: also for those that it leaves alone, which otherwise would be led back to an earlier release.
 */
export async function takeSnapshot(lambda: Lambda, functions: string[], alias: string): Promise<void> {
  await Promise.all(
    functions.map(async (FunctionName) => {
      const [FunctionVersion, noted] = await Promise.all([
        versionOf(lambda, FunctionName, alias),
        versionOf(lambda, FunctionName, PREVIOUS_ALIAS),
      ]);
      if (noted === FunctionVersion) return;
      const snapshot = { FunctionName, Name: PREVIOUS_ALIAS, FunctionVersion };
      await (noted === undefined ? lambda.createAlias(snapshot) : lambda.updateAlias(snapshot));
    }),
  );
}

/**
 * Leads the callers of every function back to the version from before the last release, all of them at once. Done twice, it
 * changes nothing more.
 *
 * @returns The functions that went back.
 * @throws Error, a sentence, where no release was made yet.
 */
export async function rollBack(lambda: Lambda, functions: string[], alias: string): Promise<Rollback[]> {
  const looked = await Promise.all(
    functions.map(async (name) => {
      const [live, to] = await Promise.all([
        lambda.getAlias({ FunctionName: name, Name: alias }),
        versionOf(lambda, name, PREVIOUS_ALIAS),
      ]);
      const isSplit = Object.keys(live.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
      return { name, from: live.FunctionVersion ?? "", to, isSplit };
    }),
  );
  if (looked.every(({ to }) => to === undefined)) {
    throw new Error("There is nothing to roll back to: there has been no release yet.");
  }
  // A function without a note is newer than the release: its callers keep its first version.
  const rollbacks = looked.flatMap(({ name, from, to, isSplit }): Rollback[] =>
    to !== undefined && (from !== to || isSplit) ? [{ name, from, to }] : [],
  );
  await Promise.all(
    rollbacks.map(({ name, to }) =>
      // Without weights: a canary that was under way ends here.
      lambda.updateAlias({
        FunctionName: name,
        Name: alias,
        FunctionVersion: to,
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    ),
  );
  return rollbacks;
}
