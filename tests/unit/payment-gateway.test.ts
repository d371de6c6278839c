import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";

describe("Choosing the payment provider", () => {
  const secrets = mockClient(SecretsManagerClient);
  const before = process.env.PAYMENT_GATEWAY;

  /** A function instance of its own: it keeps its provider. */
  async function instance(provider: string): Promise<typeof import("../../handlers/lib/payments/gateway.ts")> {
    process.env.PAYMENT_GATEWAY = provider;
    return import(`../../handlers/lib/payments/gateway.ts?${provider}`);
  }

  beforeEach(() => {
    process.env.STRIPE_SECRET_ARN = "arn:stripe";
    secrets.reset();
  });

  after(() => {
    secrets.restore();
    process.env.PAYMENT_GATEWAY = before ?? "";
  });

  it("reads Stripe's key once for each instance, and again if that failed", async () => {
    secrets.on(GetSecretValueCommand).rejectsOnce("busy").resolves({ SecretString: "sk_test_1" });
    const { paymentGateway } = await instance("stripe");

    const failed = await paymentGateway().catch((error: Error) => error.message);
    const gateways = [await paymentGateway(), await paymentGateway()];

    expect(failed).to.equal("busy");
    expect(gateways[0]).to.equal(gateways[1]);
    const reads = secrets.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input);
    expect(reads[1]).to.deep.equal({ SecretId: "arn:stripe" });
    expect(reads).to.have.length(2);
  });

  it("knows no provider but two, and reads no key for the simulated one", async () => {
    const error = await (await instance("paypal")).paymentGateway().catch((error: Error) => error.message);
    await (await instance("simulated")).paymentGateway();

    expect(error).to.equal("PAYMENT_GATEWAY must be simulated or stripe, but is paypal.");
    expect(secrets.commandCalls(GetSecretValueCommand)).to.have.length(0);
  });
});
