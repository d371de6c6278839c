import {
  BatchGetDeploymentGroupsCommand,
  BatchGetDeploymentsCommand,
  CodeDeploy,
  CreateDeploymentCommand,
  DeploymentAlreadyCompletedException,
  type DeploymentInfo,
  DeploymentLimitExceededException,
  type DeploymentStatus,
  StopDeploymentCommand,
} from "@aws-sdk/client-codedeploy";
import {
  CreateAliasCommand,
  GetAliasCommand,
  Lambda,
  ListVersionsByFunctionCommand,
  ResourceNotFoundException,
  UpdateAliasCommand,
  type UpdateAliasCommandInput,
} from "@aws-sdk/client-lambda";
import { mockClient } from "aws-sdk-client-mock";
import type { Releases } from "../../../delivery/release/releases.ts";

/** What becomes of the deployments of a group, one status a look; the last one stays. */
type Course = DeploymentStatus[];

/** Functions with versions and aliases, and a CodeDeploy that moves them: what the emulator has no CodeDeploy for. */
export class CodeDeployDouble {
  readonly lambda = new Lambda({ region: "us-east-1" });
  readonly codedeploy = new CodeDeploy({ region: "us-east-1" });
  readonly releases: Releases;
  /** Versions by alias, by function. */
  readonly aliases: Record<string, Record<string, string>> = {};
  /** Deployments, first to last. */
  readonly deployments: (DeploymentInfo & { course: Course; target: string; from: string })[] = [];
  /** The AppSpecs of the deployments. */
  readonly appSpecs: unknown[] = [];
  /** What becomes of deployments, by group; success at the second look where nothing is said. */
  readonly courses: Record<string, Course> = {};
  private readonly newest: Record<string, number> = {};

  constructor(...functions: string[]) {
    this.releases = {
      application: "orders-prod",
      alias: "live",
      functions: functions.map((fn) => ({ name: fn, deploymentGroup: `group-of-${fn}` })),
    };
    for (const fn of functions) {
      this.aliases[fn] = { live: "1" };
      this.newest[fn] = 1;
    }
    this.answerForLambda();
    this.answerForCodeDeploy();
  }

  /** What `pulumi up` does with a changed function. */
  publish(...functions: string[]): void {
    for (const fn of functions) this.newest[fn] = (this.newest[fn] ?? 0) + 1;
  }

  /** The versions that callers get, by function. */
  live(): Record<string, string | undefined> {
    return Object.fromEntries(Object.entries(this.aliases).map(([fn, { live }]) => [fn, live]));
  }

  private answerForLambda(): void {
    const lambda = mockClient(this.lambda);
    lambda.on(GetAliasCommand).callsFake(({ FunctionName, Name }) => {
      const FunctionVersion = this.aliases[FunctionName]?.[Name];
      if (FunctionVersion) return { FunctionVersion };
      throw new ResourceNotFoundException({ message: "Cannot find alias arn", $metadata: {} });
    });
    lambda.on(ListVersionsByFunctionCommand).callsFake(({ FunctionName, Marker }) => {
      const newest = this.newest[FunctionName] ?? 0;
      // Two pages, and as text: "10" comes after "9".
      if (!Marker) return { Versions: [{ Version: "$LATEST" }, { Version: "1" }], NextMarker: "1" };
      return { Versions: Array.from({ length: newest - 1 }, (_, index) => ({ Version: String(index + 2) })) };
    });
    const setAlias = ({ FunctionName = "", Name = "", FunctionVersion = "" }: UpdateAliasCommandInput) => {
      this.aliases[FunctionName] = { ...this.aliases[FunctionName], [Name]: FunctionVersion };
      return {};
    };
    lambda.on(CreateAliasCommand).callsFake(setAlias);
    lambda.on(UpdateAliasCommand).callsFake(setAlias);
  }

  private answerForCodeDeploy(): void {
    const codedeploy = mockClient(this.codedeploy);
    codedeploy.on(CreateDeploymentCommand).callsFake(({ deploymentGroupName, revision }) => {
      if (this.deployments.some((one) => one.deploymentGroupName === deploymentGroupName && isActive(one))) {
        throw new DeploymentLimitExceededException({ message: "already has an active Deployment", $metadata: {} });
      }
      const appSpec = JSON.parse(revision.appSpecContent.content);
      this.appSpecs.push(appSpec);
      const [resource] = appSpec.Resources;
      const { Name, CurrentVersion, TargetVersion } = resource.function.Properties;
      const deploymentId = `d-${this.deployments.length + 1}`;
      const course = this.courses[deploymentGroupName] ?? ["InProgress", "Succeeded"];
      this.deployments.push({
        ...{ deploymentId, deploymentGroupName, status: "Created", course: [...course] },
        ...{ description: Name, from: CurrentVersion, target: TargetVersion },
      });
      return { deploymentId };
    });
    codedeploy.on(BatchGetDeploymentsCommand).callsFake(({ deploymentIds }) => ({
      deploymentsInfo: this.deployments
        .filter(({ deploymentId = "" }) => deploymentIds.includes(deploymentId))
        .map((deployment) => this.step(deployment)),
    }));
    codedeploy.on(BatchGetDeploymentGroupsCommand).callsFake(({ deploymentGroupNames }) => ({
      deploymentGroupsInfo: deploymentGroupNames.map((deploymentGroupName: string) => {
        const last = this.deployments.findLast((one) => one.deploymentGroupName === deploymentGroupName);
        return { deploymentGroupName, lastAttemptedDeployment: last && this.step(last) };
      }),
    }));
    codedeploy.on(StopDeploymentCommand).callsFake(({ deploymentId }) => {
      const deployment = this.deployments.find((one) => one.deploymentId === deploymentId);
      if (!deployment || !isActive(deployment)) {
        throw new DeploymentAlreadyCompletedException({ message: "is already completed", $metadata: {} });
      }
      deployment.course = ["Stopped"];
      return {};
    });
  }

  private step(deployment: CodeDeployDouble["deployments"][number]): DeploymentInfo {
    const wasActive = isActive(deployment);
    deployment.status = deployment.course.length > 1 ? deployment.course.shift() : deployment.course[0];
    const { course: _, description = "", from, target, ...info } = deployment;
    const live = { Succeeded: target, Stopped: from }[info.status as string];
    if (wasActive && live) this.aliases[description] = { ...this.aliases[description], live };
    if (info.status !== "Stopped") return info;
    return { ...info, errorInformation: { code: "ALARM_ACTIVE", message: "One or more alarms are in alarm state." } };
  }
}

function isActive({ status }: DeploymentInfo): boolean {
  return !["Succeeded", "Failed", "Stopped"].includes(status ?? "");
}
