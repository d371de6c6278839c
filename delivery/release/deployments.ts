import type { CodeDeploy, DeploymentInfo, DeploymentStatus } from "@aws-sdk/client-codedeploy";
import { chunk } from "es-toolkit";
import type { Releases } from "./releases.ts";
import type { Change } from "./versions.ts";

/** A CodeDeploy deployment, which moves one function's alias. */
export interface Deployment extends Change {
  id: string;
}

/** A deployment that has not ended. */
export interface ActiveDeployment {
  id: string;
  deploymentGroup: string;
  status: DeploymentStatus;
}

const FINAL: DeploymentStatus[] = ["Succeeded", "Failed", "Stopped"];

/** The most that one call may ask for. Sources: CodeDeploy's API reference, BatchGetDeployments and BatchGetDeploymentGroups. */
const MAX_DEPLOYMENTS = 25;
const MAX_GROUPS = 100;

/** The deployments in progress in a stack's deployment groups: of releases, and of CodeDeploy's automatic rollbacks. */
export async function findActive(codedeploy: CodeDeploy, { application, functions }: Releases) {
  const groups = functions.map(({ deploymentGroup }) => deploymentGroup);
  const answers = await Promise.all(
    chunk(groups, MAX_GROUPS).map((deploymentGroupNames) =>
      codedeploy.batchGetDeploymentGroups({ applicationName: application, deploymentGroupNames }),
    ),
  );
  return answers
    .flatMap(({ deploymentGroupsInfo = [] }) => deploymentGroupsInfo)
    .flatMap(({ deploymentGroupName = "", lastAttemptedDeployment: last }): ActiveDeployment[] =>
      last?.deploymentId && last.status && !isFinal(last.status)
        ? [{ id: last.deploymentId, deploymentGroup: deploymentGroupName, status: last.status }]
        : [],
    );
}

/** Starts a deployment for a function. @throws Error, a sentence, if another one is in progress. */
export async function startDeployment(
  codedeploy: CodeDeploy,
  { application, alias }: Releases,
  change: Change,
): Promise<Deployment> {
  const { name, deploymentGroup, current, target } = change;
  try {
    const { deploymentId = "" } = await codedeploy.createDeployment({
      applicationName: application,
      deploymentGroupName: deploymentGroup,
      description: `${name} from version ${current} to ${target}`,
      revision: {
        revisionType: "AppSpecContent",
        appSpecContent: { content: appSpec(name, alias, current, target) },
      },
    });
    return { ...change, id: deploymentId };
  } catch (error) {
    if ((error as Error).name !== "DeploymentLimitExceededException") throw error;
    throw new Error(`Another release is in progress: CodeDeploy is already deploying ${deploymentGroup}.`, {
      cause: error,
    });
  }
}

/** Stops a deployment, whose alias CodeDeploy then moves back. Does nothing if it has already ended. */
export async function stopDeployment(codedeploy: CodeDeploy, deploymentId: string): Promise<void> {
  try {
    await codedeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true });
  } catch (error) {
    if ((error as Error).name !== "DeploymentAlreadyCompletedException") throw error;
  }
}

/** The current state of deployments, in no particular order. */
export async function describeDeployments(codedeploy: CodeDeploy, ids: string[]): Promise<DeploymentInfo[]> {
  const answers = await Promise.all(
    chunk(ids, MAX_DEPLOYMENTS).map((deploymentIds) => codedeploy.batchGetDeployments({ deploymentIds })),
  );
  return answers.flatMap(({ deploymentsInfo = [] }) => deploymentsInfo);
}

/** Whether a deployment has ended. */
export function isFinal(status: DeploymentStatus | undefined): boolean {
  return status !== undefined && FINAL.includes(status);
}

/** The AppSpec of a deployment. Source: CodeDeploy's user guide, "AppSpec file structure for AWS Lambda deployments". */
function appSpec(Name: string, Alias: string, CurrentVersion: string, TargetVersion: string): string {
  const Properties = { Name, Alias, CurrentVersion, TargetVersion };
  return JSON.stringify({ version: "0.0", Resources: [{ function: { Type: "AWS::Lambda::Function", Properties } }] });
}
