import { expect } from "chai";
import { before, describe, it } from "mocha";
import { findDeployedStack } from "../../../cli/lib/stack.ts";
import type { Api } from "../../../local/api.ts";
import { ApiClient } from "../../support/api-client.ts";
import { stockCatalogue } from "../../support/orders.ts";
import { useLocalStack } from "../../support/stack.ts";

/** The drill "An API key is replaced" of docs/recovery.md, deployment by deployment. */
describe("The drill: an API key is replaced", function () {
  this.timeout(60_000);
  const stack = useLocalStack();
  let old: Apis;
  let renewed: Apis;

  before("take the keys that there are", async () => {
    await stockCatalogue(stack().backOffice);
    old = await apis();
  });

  it("begins with a new key beside the old one, which goes on all the while", async () => {
    const answers = await whileAsking(old, () => deploy(["key", "key-2"]));
    renewed = await apis();

    expect(answers).to.deep.equal({ storefront: [200], backOffice: [200] });
    expect(await asked(renewed)).to.deep.equal({ storefront: 200, backOffice: 200 });
    expect(keysOf(renewed)).to.not.have.any.members(keysOf(old));
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
    const { storefront, backOffice } = await findDeployedStack(stack().name);
    return { storefront, backOffice };
  }

  function keysOf({ storefront, backOffice }: Apis): string[] {
    return [storefront.key, backOffice.key];
  }

  function deploy(names: string[]): Promise<void> {
    return stack().update({ storefrontKeys: JSON.stringify(names), backOfficeKeys: JSON.stringify(names) });
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
