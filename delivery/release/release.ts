import { setTimeout as sleep } from "node:timers/promises";
import type { CodeDeploy, DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Lambda } from "@aws-sdk/client-lambda";
import {
  type ActiveDeployment,
  type Deployment,
  findActive,
  isFinal,
  lookAtDeployments,
  startDeployment,
  stopDeployment,
} from "./deployments.ts";
import type { Releases } from "./releases.ts";
import { rollBack, takeSnapshot } from "./rollback.ts";
import { type Change, findChanges } from "./versions.ts";

/** What a release works with. */
export interface ReleaseTools {
  codedeploy: CodeDeploy;
  lambda: Lambda;
  /** Hears how far it is, in lines for a person. */
  tell(line: string): void;
  /** Seconds between two looks at the deployments. Default 10. */
  pollSeconds?: number;
  signal?: AbortSignal;
}

/**
 * Leads the callers of every function to its newest version: by one deployment of CodeDeploy for each function whose callers
 * don't get it yet, all at the same time.
 *
 * @throws Error, a sentence, where another release is under way, and where CodeDeploy rolled one of them back: then the
 * others have been led back, too.
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
    // Half a release would be what the next one takes for good, and rolls back to.
    await leadBack(await findActive(codedeploy, releases), releases, tools);
    throw new Error(
      `The release failed for ${failed.length} of ${deployments.length} functions:\n${reasons.join("\n")}\n` +
        "All functions are back at their previous versions. Check the alarms, fix the cause, deploy, and release again.",
    );
  }
  tell(`Released ${deployments.length} of ${names.length} functions; the others have not changed.`);
}

/**
 * Leads the callers of every function back to what they got before the last release, at once. A release that is under way is
 * ended first.
 */
export async function rollBackRelease(releases: Releases, tools: ReleaseTools): Promise<void> {
  const { codedeploy, tell } = tools;
  const stopped = await findActive(codedeploy, releases);
  if (stopped.length > 0) tell(`Stopping the release in progress (${listed(stopped)}) …`);
  await Promise.all(stopped.map(({ id }) => stopDeployment(codedeploy, id)));
  const count = await leadBack(stopped, releases, tools);
  tell(
    count === 0
      ? "All traffic already goes to the versions before the last release."
      : `Rolled back ${count} of ${releases.functions.length} functions; the others were not part of the last release.`,
  );
}

/** @returns How many functions were led back, once nothing is active any more. */
async function leadBack(active: ActiveDeployment[], releases: Releases, tools: ReleaseTools): Promise<number> {
  const { codedeploy, lambda, tell } = tools;
  // CodeDeploy leads back by deployments of its own, which must not come after what follows.
  for (let left = active; left.length > 0; left = await findActive(codedeploy, releases)) await pause(tools);

  const names = releases.functions.map(({ name }) => name);
  const rollbacks = await rollBack(lambda, names, releases.alias);
  for (const { name, from, to } of rollbacks) tell(`  ${name}: from version ${from} back to ${to}`);
  return rollbacks.length;
}

/** Where one can't be started, those that were are ended: half a release helps nobody. */
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
    const found = await lookAtDeployments(tools.codedeploy, ids);
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
