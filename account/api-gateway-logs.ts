import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { trustPolicy } from "../components/shared/policies.ts";
import type { TaggedArgs } from "../components/shared/tagged-args.ts";

/** Lets the APIs of the account and region write their logs. API Gateway has one role for that, whatever the API. */
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
    const rights = new iam.RolePolicyAttachment(
      `${name}-logs-rights`,
      {
        role: this.role.name,
        // AWS's own: API Gateway refuses a role with less. Source: its developer guide, "Permissions for CloudWatch logging".
        policyArn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
      },
      child,
    );
    new apigateway.Account(
      `${name}-account`,
      { cloudwatchRoleArn: this.role.arn },
      // API Gateway tries the role out.
      { ...child, dependsOn: [rights] },
    );

    this.registerOutputs({});
  }
}
