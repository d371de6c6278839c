import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { trustPolicy } from "../components/shared/policies.ts";
import type { TaggedArgs } from "../components/shared/tagged-args.ts";

/** Lets API Gateway write logs: it takes one role for all APIs of an account and region. */
export class ApiGatewayLogs extends pulumi.ComponentResource {
  readonly role: iam.Role;

  constructor(name: string, { tags = {} }: TaggedArgs = {}, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:ApiGatewayLogs", name, {}, options);
    const child = { parent: this };

    this.role = new iam.Role(
      `${name}-logs-role`,
      { assumeRolePolicy: trustPolicy("apigateway.amazonaws.com"), tags },
      child,
    );
    const permissions = new iam.RolePolicyAttachment(
      `${name}-logs-rights`,
      {
        role: this.role.name,
        // API Gateway refuses a role with less. Source: its developer guide, "Permissions for CloudWatch logging".
        policyArn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
      },
      child,
    );
    new apigateway.Account(
      `${name}-account`,
      { cloudwatchRoleArn: this.role.arn },
      // API Gateway tests the role when it is set.
      { ...child, dependsOn: [permissions] },
    );

    this.registerOutputs({});
  }
}
