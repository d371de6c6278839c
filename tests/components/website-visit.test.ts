import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { buildSite } from "../../components/website/files.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import { VISIT, type Visit } from "../../tools/cost/counts.ts";
import { root } from "../../tools/paths.ts";

const isUpdate = process.env.UPDATE_COUNTS !== undefined;

/** Where a customer comes by: the shop, which has the checkout, and the page of the order. */
const PAGES = ["index.html", "order.html"];

const CONFIGURATION = "config.json";

/** Rounds kilobytes up, so that not every line of a page changes the bill. */
const STEP = 5;

describe("A customer's visit of the website", () => {
  it("asks for what tools/cost/visit.json says; npm run cost:count updates it", async () => {
    const visit = await countVisit();

    if (isUpdate) writeFileSync(join(root, "tools", "cost", "visit.json"), `${JSON.stringify(visit, null, 2)}\n`);
    else expect(visit).to.deep.equal(VISIT);
  });
});

/** Of a browser that was never there, and keeps what it may. */
async function countVisit(): Promise<Visit> {
  const { assets, pages } = buildSite(join(root, "web", "shop"), [CONFIGURATION, "openapi.json"]);
  const kept = new Map<string, number>();
  let bytes = 0;
  for (const page of PAGES) {
    const html = pages[page] ?? "";
    bytes += gzipSync(html).length;
    for (const { key, content } of assets.filter(({ key }) => html.includes(`="${key}"`))) {
      kept.set(key, gzipSync(readFileSync(await (content as pulumi.asset.FileAsset).path)).length);
    }
  }
  for (const size of kept.values()) bytes += size;
  // Each page asks anew for itself and for the configuration, which is a line.
  const askedEachTime = 2 * PAGES.length;
  return {
    requests: kept.size + askedEachTime,
    kilobytes: STEP * Math.ceil(bytes / 1_000 / STEP),
    originRequests: askedEachTime,
    preflights: operationsWithKey(),
  };
}

/** A header of its own, such as the key, makes a browser ask for leave first: once for each address, as it remembers. */
function operationsWithKey(): number {
  const { paths } = openApiDocument("storefront");
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  return operations.filter(({ security }) => security === undefined).length;
}
