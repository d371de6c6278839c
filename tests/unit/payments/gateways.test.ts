import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { gatewayOf } from "../../../domain/fulfilment.ts";

describe("Choosing the payment provider", () => {
  const secrets = mockClient(SecretsManagerClient);
  const { PAYMENT_GATEWAY = "", STRIPE_SECRET_ARN = "" } = process.env;
  let instances = 0;

  /** A function instance of its own: it keeps its provider. */
  async function instance(configured: string): Promise<typeof import("../../../payments/gateways.ts")> {
    process.env.PAYMENT_GATEWAY = configured;
    return import(`../../../payments/gateways.ts?${instances++}`);
  }

  beforeEach(() => {
    process.env.STRIPE_SECRET_ARN = "arn:stripe";
    secrets.reset();
    secrets.on(GetSecretValueCommand).resolves({ SecretString: "sk_test_1" });
  });

  after(() => {
    secrets.restore();
    Object.assign(process.env, { PAYMENT_GATEWAY, STRIPE_SECRET_ARN });
  });

  it("reads Stripe's key once for each instance, and again if that failed", async () => {
    secrets.on(GetSecretValueCommand).rejectsOnce("busy").resolves({ SecretString: "sk_test_1" });
    const { paymentGateway } = await instance("stripe");

    const failed = await paymentGateway("stripe").catch((error: Error) => error.message);
    const gateways = [await paymentGateway("stripe"), await paymentGateway("stripe")];

    expect(failed).to.equal("busy");
    expect(gateways[0]).to.equal(gateways[1]);
    const reads = secrets.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input);
    expect(reads[1]).to.deep.equal({ SecretId: "arn:stripe" });
    expect(reads).to.have.length(2);
  });

  it("knows no provider but two, and reads no key for the simulated one", async () => {
    const { configuredGateway, paymentGateway } = await instance("paypal");

    expect(configuredGateway).to.throw("PAYMENT_GATEWAY must be simulated or stripe, but is paypal.");
    await paymentGateway("simulated");

    expect(secrets.commandCalls(GetSecretValueCommand)).to.have.length(0);
  });

  it("reaches Stripe for older payments, and says what is missing where it can't", async () => {
    const { configuredGateway, paymentGateway } = await instance("simulated");
    process.env.STRIPE_SECRET_ARN = "";
    const error = await paymentGateway("stripe").catch((error: Error) => error);
    process.env.STRIPE_SECRET_ARN = "arn:stripe";

    expect(configuredGateway()).to.equal("simulated");
    expect(error).to.include({ name: "GatewayError" });
    expect(error).to.have.property("message").that.includes("Set stripeSecretKey");
    expect(await paymentGateway("stripe")).to.include.keys("charge", "void");
  });

  it("follows what a record says, and Stripe's names where it says nothing", () => {
    const records = [
      { gateway: "simulated", providerId: "pi_1" },
      { gateway: "stripe" },
      { providerId: "pi_3Mtw" },
      { providerId: "0192c1a0-0000-7000-8000-000000000001" },
      {},
    ] as const;

    expect(records.map(gatewayOf)).to.deep.equal(["simulated", "stripe", "stripe", "simulated", undefined]);
  });
});
