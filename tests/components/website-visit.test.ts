import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { sum } from "es-toolkit";
import { describe, it } from "mocha";
import { buildSite } from "../../components/website/build-site.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import { VISIT, type Visit } from "../../tools/cost/counts.ts";
import { root } from "../../tools/paths.ts";

const isUpdate = process.env.UPDATE_COUNTS !== undefined;

/** The pages that a customer opens: the shop, which has the checkout, a product's page, and the order's. */
const PAGES = ["index.html", "product.html", "order.html"];

/** The script that only an open checkout loads. Few customers try another card, and cards' own form is only with Stripe. */
const CHECKOUT = "order-rules.ts";

/** Kilobytes are rounded up to a multiple, so that small changes of a page don't change the bill. */
const ROUNDING_KB = 5;

describe("A customer's visit to the website", () => {
  it("makes the requests in tools/cost/visit.json, which ./orders recount updates", async () => {
    const visit = await countVisit();

    if (isUpdate) writeFileSync(join(root, "tools", "cost", "visit.json"), `${JSON.stringify(visit, null, 2)}\n`);
    else expect(visit).to.deep.equal(VISIT);
  });
});

/** Counts the requests of a browser that starts with an empty cache, and loads each asset once. */
async function countVisit(): Promise<Visit> {
  const { assets, pages } = buildSite(join(root, "web", "shop"), ["config.json", "openapi.json"]);
  const html = PAGES.map((page) => pages[page] ?? "");
  const loaded = assets.filter(
    ({ name, key }) =>
      name === CHECKOUT || key.startsWith("pictures/") || html.some((page) => page.includes(`="${key}"`)),
  );
  const contents = loaded.map(async ({ content }) => readFileSync(await (content as pulumi.asset.FileAsset).path));
  const bytes = sum([...html, ...(await Promise.all(contents))].map((content) => gzipSync(content).length));
  // Each page revalidates itself and the configuration, which is only a line.
  const revalidations = 2 * PAGES.length;
  return {
    requests: loaded.length + revalidations,
    kilobytes: ROUNDING_KB * Math.ceil(bytes / 1_000 / ROUNDING_KB),
    originRequests: revalidations,
    preflights: operationsWithKey(),
  };
}

/** What only few customers do: try another card, cancel. */
const SELDOM = ["payOrder", "cancelOrder"];

/** The key's header makes a browser send a preflight request, once per URL and method. */
function operationsWithKey(): number {
  const { paths } = openApiDocument("storefront");
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  return operations.filter(({ security, operationId }) => security === undefined && !SELDOM.includes(operationId))
    .length;
}
