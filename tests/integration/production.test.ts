import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { WAFV2 } from "@aws-sdk/client-wafv2";
import { expect } from "chai";
import { describe, it } from "mocha";
import { paceOf } from "../../components/shared/pace.ts";
import { openEngine } from "../../local/engine/engine.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { eventually } from "../support/eventually.ts";
import { stageConfig } from "../support/mocks.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";

// Without the audit trail, which needs the awsx plugin, and without CodeDeploy, which the emulator lacks.
const config: Record<string, string> = { ...stageConfig("prod"), auditTrail: "false", safeRelease: "false" };

describe("A stack with the configuration of prod", () => {
  const stack = useLocalStack(config);

  it("completes an order", async () => {
    const { backOffice, storefront } = stack();
    await stockCatalogue(backOffice);

    const orderId = await placeOrder(storefront);

    await eventually(async () => {
      const { body } = await backOffice.get(`/orders/${orderId}`);
      expect(body.status).to.equal("COMPLETED");
    });
  });

  it("encrypts every function's environment with the stage's key, and reserves concurrency for those that customers or payments wait for", async () => {
    const { awsClient, name } = stack();
    const { KeyMetadata: key } = await new KMS(awsClient).describeKey({ KeyId: `alias/orders-${name}` });
    const lambda = new Lambda(awsClient);

    const { Functions = [] } = await lambda.listFunctions();
    const live = await Promise.all(Functions.map(({ FunctionName }) => lambda.getFunction({ FunctionName })));

    expect(live).to.not.be.empty;
    for (const { Configuration } of live) {
      expect(Configuration?.KMSKeyArn, Configuration?.FunctionName).to.equal(key?.Arn);
    }
    const reserved = live.flatMap(({ Concurrency }) => Concurrency?.ReservedConcurrentExecutions ?? []);
    const { maximumConcurrency } = paceOf("paymentRatePerSecond", Number(configDefaults().paymentRatePerSecond));
    expect(reserved).to.have.members([...Array(3).fill(Number(config.reservedConcurrency)), maximumConcurrency]);
  });

  it("protects both APIs with the web ACL", async () => {
    const waf = new WAFV2(stack().awsClient);
    const { WebACLs: [acl] = [] } = await waf.listWebACLs({ Scope: "REGIONAL" });

    const { ResourceArns } = await waf.listResourcesForWebACL({ WebACLArn: acl?.ARN });

    expect(ResourceArns).to.have.lengthOf(2);
    for (const arn of ResourceArns ?? []) expect(arn).to.match(/^arn:aws:apigateway:.*\/stages\/v1$/);
  });

  it("has no changes when it is deployed again", async () => {
    const { awsClient, directory = "", name } = stack();
    const engine = await openEngine({ name, directory, endpoint: awsClient.endpoint ?? "", ephemeral: true, config });

    const { changes } = await engine.up();

    expect(Object.keys(changes)).to.deep.equal(["same"]);
  });
});
