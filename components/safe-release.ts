import type { MetricAlarm } from "@pulumi/aws/cloudwatch/index.js";
import * as codedeploy from "@pulumi/aws/codedeploy/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type BundledFunction, LIVE_ALIAS } from "./bundled-function.ts";
import { checkArgument } from "./shared/arguments.ts";
import { policyDocument, trustPolicy } from "./shared/policies.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";

/** The arguments of a {@link SafeRelease}. */
export interface SafeReleaseArgs extends TaggedArgs {
  /** The functions whose alias it moves. Each has to have one. */
  functions: BundledFunction[];
  /** What rolls a release back when it goes off: one alarm at least, ten at the most. */
  alarms: MetricAlarm[];
}

/** CodeDeploy takes no more alarms into one deployment group. Source: its user guide, "CodeDeploy quotas". */
const MAX_ALARMS = 10;

/**
 * One call in ten goes to the new version, for ten minutes; then all do. That is as long as the slowest of the alarms
 * needs: the one on server errors looks at two periods of five minutes.
 */
const CANARY = "CodeDeployDefault.LambdaCanary10Percent10Minutes";

/**
 * CodeDeploy's part in a safe release: a deployment group for each function, as CodeDeploy wants it, which moves the
 * function's alias to a new version by a canary, and back at once when an alarm goes off. `npm run release` starts it.
 */
export class SafeRelease extends pulumi.ComponentResource {
  /** What `npm run release` reads: `Releases` of delivery/release/releases.ts, as JSON. */
  readonly releases: pulumi.Output<string>;

  constructor(name: string, args: SafeReleaseArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:SafeRelease", name, {}, options);
    const { functions, alarms, tags = {} } = args;
    const self = `SafeRelease "${name}"`;
    const withoutAlias = functions.filter(({ alias }) => !alias).map(({ logicalName }) => logicalName);
    checkArgument(`${self}: functions`, withoutAlias, ({ length }) => length === 0, "functions with safeRelease");
    const isCount = (count: number) => count >= 1 && count <= MAX_ALARMS;
    checkArgument(`${self}: alarms`, alarms.length, isCount, `1 to ${MAX_ALARMS} alarms`);
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
        // What CodeDeploy does to move aliases. Source: its user guide, "AWSCodeDeployRoleForLambdaLimited"; without what
        // it needs for hooks, notifications and revisions in S3, which there are none of.
        policy: policyDocument([
          {
            actions: ["lambda:GetAlias", "lambda:UpdateAlias"],
            resources: functions.map((fn) => fn.function.arn),
          },
          { actions: ["lambda:GetProvisionedConcurrencyConfig"], resources: functions.map(({ arn }) => arn) },
          // It asks for alarms by their names in one call, which is not of any single one.
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
