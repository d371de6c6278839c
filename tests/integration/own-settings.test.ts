import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { copyCheckout, editStage } from "./checkout.ts";

/** The suites that read the stages' files. */
const SUITES = [
  ...["documents", "grants", "grants-wildcards", "policies/policies", "stages", "rules/rules"].map(
    (name) => `tests/components/${name}.test.ts`,
  ),
  ...["official-provider", "preview-on-aws", "production"].map((name) => `tests/integration/${name}.test.ts`),
];

const KEY = "awskms://alias/acme-preview?region=eu-central-1";
/** As `config set --secret` writes it. */
const secret = { secure: "v1:2EpnRXpOX5VoPMoI:4gqKrD8Ri2xVIk6yYJTJYV7iVv8fPTyC" };

describe("A checkout with the edits that docs/deploy.md asks for", function () {
  this.slow(120_000);
  const folder = mkdtempSync(join(tmpdir(), "orders-own-settings-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  before("edit the stages' files", () => {
    copyCheckout(folder);
    const own = { "orders:owner": "acme", "orders:cursorSecret": secret };
    const encryptedkey = "AQICAHg";
    editStage(folder, "dev", {
      secretsprovider: "awskms://alias/acme-dev?region=eu-central-1",
      encryptedkey,
      config: {
        ...own,
        ...{ "orders:mailFrom": "ada@acme.example", "orders:mailRatePerSecond": 1, "orders:siteDelivery": "bucket" },
      },
    });
    editStage(folder, "prod", {
      secretsprovider: "awskms://alias/acme-prod?region=eu-central-1",
      encryptedkey,
      config: {
        ...own,
        ...{ "orders:mailFrom": "shop@acme.example", "orders:createEmailIdentity": false },
        ...{ "orders:domainName": "shop.acme.example", "orders:hostedZoneId": "Z0123456789ABCDEFGHIJ" },
        ...{ "orders:alarmSubscribers": ["ada@acme.example", "bob@acme.example"] },
        // `config set` writes every value as a string.
        ...{ "orders:reservedConcurrency": "0", "orders:throttleRate": "500", "orders:deletionProtection": "true" },
        ...{ "orders:paymentGateway": "stripe", "orders:stripeSecretKey": secret, "orders:demo": false },
        ...{ "orders:stripePublishableKey": "pk_live_acme", "orders:currency": "EUR" },
      },
    });
    editStage(folder, "pr", { secretsprovider: KEY, config: { "orders:mailFrom": "ada@acme.example" } });
  });

  it("passes the tests that read them", async () => {
    const args = ["test", ...SUITES];
    const options = { cwd: folder, maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: "1" } };

    const { stdout } = await promisify(execFile)(join(folder, "orders"), args, options).catch((error) => error);

    expect(stdout).to.match(/\n\d{2,} passed, 0 failed\n$/);
  });
});
