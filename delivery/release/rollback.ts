import type { Lambda } from "@aws-sdk/client-lambda";
import { PREVIOUS_ALIAS } from "./releases.ts";
import { versionOf } from "./versions.ts";

/** A function that was rolled back. */
interface Rollback {
  name: string;
  from: string;
  to: string;
}

/**
 * Records the version that each function's callers get, for {@link rollBack} to return to. This includes functions that the
 * release won't change: otherwise they would be rolled back to before an earlier release.
 */
export async function takeSnapshot(lambda: Lambda, functions: string[], alias: string): Promise<void> {
  await Promise.all(
    functions.map(async (FunctionName) => {
      const [FunctionVersion, recorded] = await Promise.all([
        versionOf(lambda, FunctionName, alias),
        versionOf(lambda, FunctionName, PREVIOUS_ALIAS),
      ]);
      if (recorded === FunctionVersion) return;
      const snapshot = { FunctionName, Name: PREVIOUS_ALIAS, FunctionVersion };
      await (recorded === undefined ? lambda.createAlias(snapshot) : lambda.updateAlias(snapshot));
    }),
  );
}

/**
 * Moves all traffic of every function back, at once, to the version from before the last release. Idempotent.
 *
 * @returns The functions that were rolled back.
 * @throws Error, a sentence, if there has been no release yet.
 */
export async function rollBack(lambda: Lambda, functions: string[], alias: string): Promise<Rollback[]> {
  const aliases = await Promise.all(
    functions.map(async (name) => {
      const [live, to] = await Promise.all([
        lambda.getAlias({ FunctionName: name, Name: alias }),
        versionOf(lambda, name, PREVIOUS_ALIAS),
      ]);
      const isSplit = Object.keys(live.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
      return { name, from: live.FunctionVersion ?? "", to, isSplit };
    }),
  );
  if (aliases.every(({ to }) => to === undefined)) {
    throw new Error("There is nothing to roll back to: there has been no release yet.");
  }
  // A function without a recorded version is newer than the last release: it keeps its first version.
  const rollbacks = aliases.flatMap(({ name, from, to, isSplit }): Rollback[] =>
    to !== undefined && (from !== to || isSplit) ? [{ name, from, to }] : [],
  );
  await Promise.all(
    rollbacks.map(({ name, to }) =>
      // Removing the weights ends a canary in progress.
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
