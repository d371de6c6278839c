import type { ApplicationArgs, DeploymentGroupArgs } from "@pulumi/aws/codedeploy/index.js";
import { defineResource, type Plain } from "../resource-type.ts";

/** Previews know these types; there is nothing that could make them. */
async function refuse(): Promise<never> {
  throw new Error("the emulator has no CodeDeploy: set safeRelease to false where you deploy to it.");
}

const inNothing = { create: refuse, read: refuse, delete: refuse };

export const application = defineResource<Plain<ApplicationArgs>>({
  token: "aws:codedeploy/application:Application",
  inputs: { computePlatform: {}, name: { autoName: { maxLength: 100 } }, tags: {} },
  outputs: ["applicationId", "arn", "githubAccountName", "linkedToGithub"],
  ...inNothing,
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
  ...inNothing,
});
