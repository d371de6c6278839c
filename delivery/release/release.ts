import { setTimeout as sleep } from "node:timers/promises";
import type { CodeDeploy, DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Lambda } from "@aws-sdk/client-lambda";
import {
  type ActiveDeployment,
  type Deployment,
  describeDeployments,
  findActive,
  isFinal,
  startDeployment,
  stopDeployment,
} from "./deployments.ts";
import type { Releases } from "./releases.ts";
import { rollBack, takeSnapshot } from "./rollback.ts";
import { type Change, findChanges } from "./versions.ts";

/** What a release needs to run. */
export interface ReleaseTools {
  codedeploy: CodeDeploy;
  lambda: Lambda;
  /** Reports progress to a person. */
  tell(line: string): void;
  /** Seconds between polls of the deployments. Default 10. */
  pollSeconds?: number;
  signal?: AbortSignal;
}

/**
 * Moves the traffic of every function to its newest version, by a CodeDeploy deployment for each function that isn't there
 * yet, all in parallel.
 *
 * @throws Error, a sentence, if another release is in progress, or if a deployment failed: then all functions have been
 * rolled back.
 */
export async function release(releases: Releases, tools: ReleaseTools): Promise<void> {
  const { codedeploy, lambda, tell } = tools;
  const active = await findActive(codedeploy, releases);
  if (active.length > 0) {
    const others = "wait until it ends, or stop it with --rollback";
    throw new Error(`Another release of ${releases.application} is in progress (${listed(active)}): ${others}.`);
  }
  const changes = await findChanges(lambda, releases);
  if (changes.length === 0)
    return tell("Nothing to release: all traffic already goes to the newest version of every function.");

  const names = releases.functions.map(({ name }) => name);
  await takeSnapshot(lambda, names, releases.alias);
  const deployments = await startAll(changes, releases, tools);
  const failed = (await untilFinal(deployments, tools)).filter(({ status }) => status !== "Succeeded");
  if (failed.length > 0) {
    const reasons = failed.map(({ deploymentGroupName, status, errorInformation: error }) => {
      const why = error ? `, ${error.code}: ${error.message}` : "";
      return `  ${deploymentGroupName} (${status}${why})`;
    });
    // Otherwise the next release would record a half-finished state as the one to roll back to.
    await rollBackWhenIdle(await findActive(codedeploy, releases), releases, tools);
    throw new Error(
      `The release failed for ${failed.length} of ${deployments.length} functions:\n${reasons.join("\n")}\n` +
        "All functions are back at their previous versions. Check the alarms, fix the cause, deploy, and release again.",
    );
  }
  tell(`Released ${deployments.length} of ${names.length} functions; the others have not changed.`);
}

/** Moves all traffic back, at once, to the versions from before the last release. Stops a release in progress first. */
export async function rollBackRelease(releases: Releases, tools: ReleaseTools): Promise<void> {
  const { codedeploy, tell } = tools;
  const stopped = await findActive(codedeploy, releases);
  if (stopped.length > 0) tell(`Stopping the release in progress (${listed(stopped)}) …`);
  await Promise.all(stopped.map(({ id }) => stopDeployment(codedeploy, id)));
  const count = await rollBackWhenIdle(stopped, releases, tools);
  tell(
    count === 0
      ? "All traffic already goes to the versions before the last release."
      : `Rolled back ${count} of ${releases.functions.length} functions; the others were not part of the last release.`,
  );
}

/** Waits until no deployment is active, then rolls back. @returns The number of functions rolled back. */
async function rollBackWhenIdle(active: ActiveDeployment[], releases: Releases, tools: ReleaseTools): Promise<number> {
  const { codedeploy, lambda, tell } = tools;
  // A stopped deployment is rolled back by another one, which must not overwrite what follows.
  for (let left = active; left.length > 0; left = await findActive(codedeploy, releases)) await pause(tools);

  const names = releases.functions.map(({ name }) => name);
  const rollbacks = await rollBack(lambda, names, releases.alias);
  for (const { name, from, to } of rollbacks) tell(`  ${name}: from version ${from} back to ${to}`);
  return rollbacks.length;
}

/** Starts all deployments or none: if one can't be started, the others are stopped. */
async function startAll(changes: Change[], releases: Releases, { codedeploy, tell }: ReleaseTools) {
  const deployments: Deployment[] = [];
  try {
    for (const change of changes) {
      const deployment = await startDeployment(codedeploy, releases, change);
      deployments.push(deployment);
      tell(`  ${change.deploymentGroup}: from version ${change.current} to ${change.target} (${deployment.id})`);
    }
  } catch (error) {
    await Promise.all(deployments.map(({ id }) => stopDeployment(codedeploy, id)));
    throw error;
  }
  return deployments;
}

async function untilFinal(deployments: Deployment[], tools: ReleaseTools): Promise<DeploymentInfo[]> {
  const seen = new Map<string | undefined, string | undefined>();
  const ids = deployments.map(({ id }) => id);
  for (;;) {
    const found = await describeDeployments(tools.codedeploy, ids);
    for (const { deploymentId, deploymentGroupName, status } of found) {
      if (seen.get(deploymentId) !== status) tools.tell(`  ${deploymentGroupName}: ${status}`);
      seen.set(deploymentId, status);
    }
    if (found.length === ids.length && found.every(({ status }) => isFinal(status))) return found;
    await pause(tools);
  }
}

async function pause({ pollSeconds = 10, signal, tell }: ReleaseTools): Promise<void> {
  try {
    await sleep(pollSeconds * 1_000, undefined, signal && { signal });
  } catch (error) {
    tell("CodeDeploy continues without this command. To roll everything back: --rollback.");
    throw error;
  }
}

function listed(active: ActiveDeployment[]): string {
  return active.map(({ id, deploymentGroup, status }) => `${id} of ${deploymentGroup}: ${status}`).join(", ");
}
