import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { type GatewayConfiguration, PaymentGateways } from "../../../payments/gateways.ts";

describe("Choosing the payment gateway", () => {
  const client = new SecretsManagerClient();
  const secrets = mockClient(client);

  beforeEach(() => {
    secrets.reset();
    secrets.on(GetSecretValueCommand).resolves({ SecretString: "sk_test_1" });
  });

  /** The gateways of a function instance. */
  function gatewaysOf(configuration: Pick<GatewayConfiguration, "gateway" | "stripeSecretArn">): PaymentGateways {
    const db = { client: new DynamoDBClient(), table: "orders", shards: 1 };
    return new PaymentGateways({ secrets: client, stack: "orders/test", db, ...configuration });
  }

  it("reads Stripe's key once per instance, and again if that failed", async () => {
    secrets.on(GetSecretValueCommand).rejectsOnce("busy").resolves({ SecretString: "sk_test_1" });
    const gateways = gatewaysOf({ gateway: "stripe", stripeSecretArn: "arn:stripe" });

    const failed = await gateways.open("stripe").catch((error: Error) => error.message);
    const opened = [await gateways.open("stripe"), await gateways.open("stripe")];

    expect(failed).to.equal("busy");
    expect(opened[0]).to.equal(opened[1]);
    const reads = secrets.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input);
    expect(reads[1]).to.deep.equal({ SecretId: "arn:stripe" });
    expect(reads).to.have.length(2);
  });

  it("reads no key for the simulated gateway", async () => {
    const gateways = gatewaysOf({ gateway: "simulated", stripeSecretArn: "arn:stripe" });

    expect(await gateways.open("simulated")).to.include.keys("charge", "void");

    expect(secrets.commandCalls(GetSecretValueCommand)).to.have.length(0);
  });

  it("opens Stripe for older payments, and says what is missing if it can't", async () => {
    const withKey = gatewaysOf({ gateway: "simulated", stripeSecretArn: "arn:stripe" });
    const withoutKey = gatewaysOf({ gateway: "simulated", stripeSecretArn: "" });

    const error = await withoutKey.open("stripe").catch((error: Error) => error);

    expect(error).to.include({ name: "GatewayError" });
    expect(error).to.have.property("message").that.includes("Set stripeSecretKey");
    expect(await withKey.open("stripe")).to.include.keys("charge", "void");
  });

  it("finishes a payment at the gateway that started it, and starts new ones at the configured one", () => {
    const gateways = gatewaysOf({ gateway: "simulated" });
    const started = { status: "CHARGING", amountMinor: 1, gateway: "stripe" } as const;

    expect([gateways.nameFor(started), gateways.nameFor(undefined)]).to.deep.equal(["stripe", "simulated"]);
  });
});
