import { globSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { bundle } from "../../components/bundling/bundle.ts";
import { root } from "../../tools/paths.ts";

/** Kilobytes (1,000 bytes) of a minified bundle that speaks to DynamoDB, or to others. Every kilobyte is read at each cold start. */
const USUAL = 260;
/** That speaks to DynamoDB and others. */
const WITH_OTHERS = 350;
const WITH_STRIPE = 520;

const BUDGETS: Record<string, number> = {
  "charge-payment": WITH_STRIPE,
  "notify-customer": WITH_OTHERS,
  "refund-payment": WITH_STRIPE,
  "sweep-orders": WITH_OTHERS,
};

describe("The bundles", function () {
  this.timeout(30_000);

  for (const entry of globSync(join(root, "handlers", "*.ts")).sort()) {
    const handler = basename(entry, ".ts");
    const budget = BUDGETS[handler] ?? USUAL;

    it(`${handler} has at most ${budget} kB`, async () => {
      const archive = await bundle(entry);

      const { path } = (await archive.assets)["index.mjs"] as pulumi.asset.FileAsset;

      expect(statSync(await path).size / 1_000).to.be.at.most(budget);
    });
  }
});
