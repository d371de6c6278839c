import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import * as xray from "@pulumi/aws/xray/index.js";
import * as pulumi from "@pulumi/pulumi";

/**
 * Lets the account's topics write traces. X-Ray allows five resource policies per account, so all stages share one.
 * Source: SNS's developer guide, "Active tracing in Amazon SNS".
 */
export class SnsTraces extends pulumi.ComponentResource {
  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:SnsTraces", name, {}, options);
    const child = { parent: this };
    const { accountId } = getCallerIdentityOutput({}, child);

    new xray.ResourcePolicy(
      `${name}-policy`,
      {
        policyName: "orders-sns-traces",
        policyDocument: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "FromTopics",
              Effect: "Allow",
              Principal: { Service: "sns.amazonaws.com" },
              Action: ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
              Resource: "*",
              Condition: { StringEquals: { "aws:SourceAccount": accountId } },
            },
          ],
        }),
      },
      child,
    );

    this.registerOutputs({});
  }
}
