import type { MetricAlarm } from "@pulumi/aws/cloudwatch/index.js";
import * as codedeploy from "@pulumi/aws/codedeploy/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type BundledFunction, LIVE_ALIAS } from "./bundled-function.ts";
import { checkArgument, isWholeNumber } from "./shared/arguments.ts";
import { policyDocument, trustPolicy } from "./shared/policies.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";

/** The arguments of a {@link SafeRelease}. */
export interface SafeReleaseArgs extends TaggedArgs {
  /** The functions to release. Each needs an alias: construct it with `safeRelease`. */
  functions: BundledFunction[];
  /** Alarms that roll a release back when they fire, 1 to 10. */
  alarms: MetricAlarm[];
}

/** Per deployment group. Source: CodeDeploy's user guide, "CodeDeploy quotas". */
const MAX_ALARMS = 10;

/**
 * The new version gets one call in ten for half an hour, then all. The slowest alarm, on server errors, looks at three periods
 * of five minutes. Source: CodeDeploy's user guide, "Predefined deployment configurations for an AWS Lambda compute platform".
 */
const CANARY = "CodeDeployDefault.LambdaCanary10Percent30Minutes";

/**
 * Lets CodeDeploy release functions: a deployment group for each, which moves the function's alias to a new version by
 * canary, and back as soon as an alarm fires. `./orders release` starts the deployments.
 */
export class SafeRelease extends pulumi.ComponentResource {
  /** Input of `./orders release`: `Releases` of delivery/release/releases.ts, as JSON. */
  readonly releases: pulumi.Output<string>;

  constructor(name: string, args: SafeReleaseArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:SafeRelease", name, {}, options);
    const { functions, alarms, tags = {} } = args;
    checkArguments(`SafeRelease "${name}"`, args);
    const child = { parent: this };

    const application = new codedeploy.Application(
      `${name}-application`,
      { name: `${pulumi.getProject()}-${pulumi.getStack()}`, computePlatform: "Lambda", tags },
      child,
    );
    const role = new iam.Role(
      `${name}-role`,
      { assumeRolePolicy: trustPolicy("codedeploy.amazonaws.com"), tags },
      child,
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.id,
        // Source: CodeDeploy's user guide, "AWSCodeDeployRoleForLambdaLimited"; without its permissions for hooks,
        // notifications and revisions in S3, which are not used.
        policy: policyDocument([
          {
            actions: ["lambda:GetAlias", "lambda:UpdateAlias"],
            resources: functions.map((fn) => fn.function.arn),
          },
          { actions: ["lambda:GetProvisionedConcurrencyConfig"], resources: functions.map(({ arn }) => arn) },
          // One call describes all alarms of a group, so it has no single resource.
          { actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] },
        ]),
      },
      child,
    );

    for (const { logicalName } of functions) {
      new codedeploy.DeploymentGroup(
        `${name}-${logicalName}`,
        {
          appName: application.name,
          deploymentGroupName: logicalName,
          deploymentConfigName: CANARY,
          serviceRoleArn: role.arn,
          deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
          alarmConfiguration: { enabled: true, alarms: alarms.map((alarm) => alarm.name) },
          autoRollbackConfiguration: {
            enabled: true,
            events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
          },
          tags,
        },
        { ...child, dependsOn: [policy] },
      );
    }

    this.releases = pulumi.jsonStringify({
      application: application.name,
      alias: LIVE_ALIAS,
      functions: functions.map((fn) => ({ name: fn.name, deploymentGroup: fn.logicalName })),
    });
    this.registerOutputs({ releases: this.releases });
  }
}

function checkArguments(self: string, { functions, alarms }: SafeReleaseArgs): void {
  const withoutAlias = functions.filter(({ alias }) => !alias).map(({ logicalName }) => logicalName);
  if (withoutAlias.length > 0)
    throw new pulumi.RunError(`${self}: functions need safeRelease: set it for ${withoutAlias.join(", ")}.`);
  checkArgument(`${self}: number of alarms`, alarms.length, isWholeNumber(1, MAX_ALARMS), `1 to ${MAX_ALARMS}`);
}
