import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Api } from "../../../stacks/api-client.ts";
import { findStack } from "../../../stacks/find.ts";
import { ApiClient } from "../../support/api-client.ts";
import { deployedFunction } from "../../support/functions.ts";
import { stockCatalogue } from "../../support/orders.ts";
import { useLocalStack } from "../../support/stack.ts";

/** The drills "An API key is replaced" and "A secret is replaced" of docs/recovery.md, deployment by deployment. */
describe("The drill: keys are replaced", function () {
  this.timeout(60_000);
  const stack = useLocalStack({ paymentGateway: "stripe", stripeSecretKey: "sk_test_old" });
  let old: Apis;
  let renewed: Apis;
  /** What the functions know Stripe's key by. */
  let stripeKey: string[];

  before("take the keys that there are", async () => {
    await stockCatalogue(stack().backOffice);
    old = await apis();
    stripeKey = await stripeVersions();
  });

  it("begins with a new key beside the old one, which goes on all the while", async () => {
    const answers = await whileAsking(old, () => deploy(["key", "key-2"]));
    renewed = await apis();

    expect(answers).to.deep.equal({ storefront: [200], backOffice: [200] });
    expect(await asked(renewed)).to.deep.equal({ storefront: 200, backOffice: 200 });
    expect(keysOf(renewed)).to.not.have.any.members(keysOf(old));
  });

  it("has every function that asks Stripe start anew with the new key", async () => {
    const versions = await stripeVersions();

    const [version = ""] = versions;
    const secrets = new SecretsManager(stack().awsClient);
    const SecretId = (await environmentOf("charge-payment")).STRIPE_SECRET_ARN;
    expect(new Set(versions)).to.have.property("size", 1);
    expect(stripeKey).to.not.include(version);
    expect(await secrets.getSecretValue({ SecretId })).to.include({ SecretString: "sk_test_new", VersionId: version });
  });

  it("has the website use the new key at once", async () => {
    const answer = await fetch(new URL("config.json", stack().outputs.websiteUrl));

    expect(await answer.json()).to.include({ apiKey: renewed.storefront.key });
  });

  it("ends without the old key, and the new one goes on all the while", async () => {
    const answers = await whileAsking(renewed, () => deploy(["key-2"]));

    expect(answers).to.deep.equal({ storefront: [200], backOffice: [200] });
    expect(await asked(renewed)).to.deep.equal({ storefront: 200, backOffice: 200 });
    expect(await asked(old)).to.deep.equal({ storefront: 403, backOffice: 403 });
    const { key } = renewed.storefront;
    expect(await get({ url: renewed.backOffice.url, key }, "/orders")).to.equal(403);
  });

  /** The APIs, each with the key that the outputs have. */
  type Apis = Record<"storefront" | "backOffice", Api>;

  async function apis(): Promise<Apis> {
    const { storefront, backOffice } = await findStack(stack().name);
    return { storefront, backOffice };
  }

  function keysOf({ storefront, backOffice }: Apis): string[] {
    return [storefront.key, backOffice.key];
  }

  function deploy(names: string[]): Promise<void> {
    const keys = JSON.stringify(names);
    const stripe = { paymentGateway: "stripe", stripeSecretKey: "sk_test_new" };
    return stack().update({ ...stripe, storefrontKeys: keys, backOfficeKeys: keys });
  }

  async function environmentOf(handler: string): Promise<Record<string, string>> {
    return (await deployedFunction(handler, stack().awsClient)).Environment?.Variables ?? {};
  }

  async function stripeVersions(): Promise<string[]> {
    const environments = await Promise.all(["charge-payment", "refund-payment"].map(environmentOf));
    return environments.map(({ STRIPE_SECRET_VERSION = "" }) => STRIPE_SECRET_VERSION);
  }

  async function asked({ storefront, backOffice }: Apis) {
    const [products, orders] = await Promise.all([get(storefront, "/products"), get(backOffice, "/orders")]);
    return { storefront: products, backOffice: orders };
  }

  /** Asks again and again until something has happened. @returns What the answers were, each once. */
  async function whileAsking(apis: Apis, happen: () => Promise<void>) {
    let isOver = false;
    const happening = happen().finally(() => {
      isOver = true;
    });
    const seen = { storefront: new Set<number>(), backOffice: new Set<number>() };
    while (!isOver) {
      const { storefront, backOffice } = await asked(apis);
      seen.storefront.add(storefront);
      seen.backOffice.add(backOffice);
    }
    await happening;
    return { storefront: [...seen.storefront], backOffice: [...seen.backOffice] };
  }
});

async function get({ url, key }: Api, path: string): Promise<number> {
  return (await new ApiClient(url, key).get(path)).status;
}
