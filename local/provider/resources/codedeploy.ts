import type { ApplicationArgs, DeploymentGroupArgs } from "@pulumi/aws/codedeploy/index.js";
import { defineResource, type Plain } from "../resource-type.ts";

/** The types exist for previews only. */
async function reject(): Promise<never> {
  throw new Error("the emulator has no CodeDeploy: set safeRelease to false to deploy to it.");
}

const unsupported = { create: reject, read: reject, delete: reject };

export const application = defineResource<Plain<ApplicationArgs>>({
  token: "aws:codedeploy/application:Application",
  inputs: { computePlatform: {}, name: { autoName: { maxLength: 100 } }, tags: {} },
  outputs: ["applicationId", "arn", "githubAccountName", "linkedToGithub"],
  ...unsupported,
});

export const deploymentGroup = defineResource<Plain<DeploymentGroupArgs>>({
  token: "aws:codedeploy/deploymentGroup:DeploymentGroup",
  inputs: {
    alarmConfiguration: {},
    appName: { required: true },
    autoRollbackConfiguration: {},
    deploymentConfigName: {},
    deploymentGroupName: { required: true },
    deploymentStyle: {},
    serviceRoleArn: { required: true },
    tags: {},
  },
  outputs: ["arn", "computePlatform", "deploymentGroupId"],
  ...unsupported,
});
