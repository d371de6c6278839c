import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Api } from "../../../stacks/api-client.ts";
import { findStack } from "../../../stacks/find.ts";
import { ApiClient } from "../../support/api-client.ts";
import { deployedFunction } from "../../support/functions.ts";
import { stockCatalogue } from "../../support/orders.ts";
import { useLocalStack } from "../../support/stack.ts";

/** The drills "An API key is replaced" and "A secret is replaced" of docs/recovery.md, one deployment after the other. */
describe("Drill: keys are replaced", () => {
  const stack = useLocalStack({
    paymentGateway: "stripe",
    stripeSecretKey: "sk_test_old",
    stripePublishableKey: "pk_test_1",
  });
  let old: Apis;
  let renewed: Apis;
  /** The version of Stripe's key in the function's environment. */
  let oldVersion: string;

  before("read the current keys", async () => {
    await stockCatalogue(stack().backOffice);
    old = await apis();
    oldVersion = await stripeVersion();
  });

  it("adds a new key, while the old one keeps working", async () => {
    const responses = await pollDuring(old, () => deploy(["key", "key-2"]));
    renewed = await apis();

    expect(responses).to.deep.equal({ storefront: [200], backOffice: [200] });
    expect(await statuses(renewed)).to.deep.equal({ storefront: 200, backOffice: 200 });
    expect(keysOf(renewed)).to.not.have.any.members(keysOf(old));
  });

  it("restarts the function that calls Stripe with the new key", async () => {
    const version = await stripeVersion();

    const secrets = new SecretsManager(stack().awsClient);
    const SecretId = (await environmentOf("process-payments")).STRIPE_SECRET_ARN;
    expect(version).to.not.equal(oldVersion);
    expect(await secrets.getSecretValue({ SecretId })).to.include({ SecretString: "sk_test_new", VersionId: version });
  });

  it("makes the website use the new key immediately", async () => {
    const response = await fetch(new URL("config.json", stack().outputs.websiteUrl));

    expect(await response.json()).to.include({ apiKey: renewed.storefront.key });
  });

  it("removes the old key, while the new one keeps working", async () => {
    const responses = await pollDuring(renewed, () => deploy(["key-2"]));

    expect(responses).to.deep.equal({ storefront: [200], backOffice: [200] });
    expect(await statuses(renewed)).to.deep.equal({ storefront: 200, backOffice: 200 });
    expect(await statuses(old)).to.deep.equal({ storefront: 403, backOffice: 403 });
    const { key } = renewed.storefront;
    expect(await get({ url: renewed.backOffice.url, key }, "/orders")).to.equal(403);
  });

  /** Both APIs, each with the key in the stack's outputs. */
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
    const stripe = { paymentGateway: "stripe", stripeSecretKey: "sk_test_new", stripePublishableKey: "pk_test_1" };
    return stack().update({ ...stripe, storefrontKeys: keys, backOfficeKeys: keys });
  }

  async function environmentOf(handler: string): Promise<Record<string, string>> {
    return (await deployedFunction(handler, stack().awsClient)).Environment?.Variables ?? {};
  }

  async function stripeVersion(): Promise<string> {
    return (await environmentOf("process-payments")).STRIPE_SECRET_VERSION ?? "";
  }

  async function statuses({ storefront, backOffice }: Apis) {
    const [products, orders] = await Promise.all([get(storefront, "/products"), get(backOffice, "/orders")]);
    return { storefront: products, backOffice: orders };
  }

  /** Polls both APIs while an action runs. @returns The distinct statuses of each. */
  async function pollDuring(apis: Apis, action: () => Promise<void>) {
    let isOver = false;
    const running = action().finally(() => {
      isOver = true;
    });
    const seen = { storefront: new Set<number>(), backOffice: new Set<number>() };
    while (!isOver) {
      const { storefront, backOffice } = await statuses(apis);
      seen.storefront.add(storefront);
      seen.backOffice.add(backOffice);
    }
    await running;
    return { storefront: [...seen.storefront], backOffice: [...seen.backOffice] };
  }
});

async function get({ url, key }: Api, path: string): Promise<number> {
  return (await new ApiClient(url, key).get(path)).status;
}
