import { globSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { bundle } from "../../components/bundling/bundle.ts";
import { root } from "../../tools/paths.ts";

/** Minified size in kB (1,000 bytes), which every cold start reads: with the client of DynamoDB, or of one other service. */
const ONE_CLIENT_KB = 260;
/** With the clients of DynamoDB and others. */
const MORE_CLIENTS_KB = 350;
/** With the clients of DynamoDB and Secrets Manager, and the telephone numbers of every country. */
const PHONES_KB = 400;
/** With the clients of DynamoDB, Secrets Manager, SES, SNS and SQS, and the templates of the emails. */
const MAILS_KB = 385;
/** With Stripe's client, and those of DynamoDB, SQS, Step Functions and Secrets Manager. */
const STRIPE_KB = 595;

const BUDGETS_KB: Record<string, number> = {
  "create-order": PHONES_KB,
  "pay-order": MORE_CLIENTS_KB,
  "process-payments": STRIPE_KB,
  "process-webhooks": STRIPE_KB,
  "receive-webhook": STRIPE_KB,
  "reconcile-payments": STRIPE_KB,
  "notify-customer": MAILS_KB,
  "sweep-orders": MORE_CLIENTS_KB,
};

describe("The bundle of", () => {
  for (const entry of globSync(join(root, "handlers", "*.ts")).sort()) {
    const handler = basename(entry, ".ts");
    const budget = BUDGETS_KB[handler] ?? ONE_CLIENT_KB;

    it(`${handler} has at most ${budget} kB`, async () => {
      const archive = await bundle(entry);

      const { path } = (await archive.assets)["index.mjs"] as pulumi.asset.FileAsset;

      expect(statSync(await path).size / 1_000).to.be.at.most(budget);
    });
  }
});
