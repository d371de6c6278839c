import { expect } from "chai";
import program from "../../index.ts";
import { register, stageConfig } from "../support/mocks.ts";

const secrets = { cursorSecret: "0123456789abcdef0123456789abcdef", stripeSecretKey: "sk_live_1" };
const STRIPE = { paymentGateway: "stripe", stripePublishableKey: "pk_live_1" };

describe("A stage that keeps its data", () => {
  const deploy = (config: Record<string, string>) =>
    register(program, { ...stageConfig("prod"), ...secrets, ...config }).then(
      () => "deployed",
      ({ message }) => message,
    );

  it("takes play money only if its operator says that it is a demo", async () => {
    expect(await deploy({ demo: "false" })).to.equal(
      "Payments are simulated: customers would be told that they paid, but nobody would be charged. Set paymentGateway to stripe " +
        '(docs/deploy.md, "Take real money"). Or, if this stage is a demo, say so: pulumi config set demo true --stack test',
    );
    expect(await deploy({ demo: "true" })).to.equal("deployed");
    expect(await deploy({ demo: "false", ...STRIPE })).to.equal("deployed");
    expect(await deploy({ demo: "false", deletionProtection: "false" })).to.equal("deployed");
  });
});

describe("The setting currency", () => {
  const deploy = (currency: string) =>
    register(program, { ...stageConfig("dev"), ...secrets, currency }).then(
      () => "deployed",
      ({ message }) => message,
    );

  it("is an ISO 4217 code that people pay with", async () => {
    for (const currency of ["JPY", "KWD"]) expect(await deploy(currency)).to.equal("deployed");
    for (const currency of ["usd", "DEM", "XAU", "CLF", "dollars", ""])
      expect(await deploy(currency)).to.equal(
        `The setting currency must be an ISO 4217 code in capitals, such as USD, EUR or JPY, but is "${currency}".`,
      );
  });
});
