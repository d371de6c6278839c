import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { root } from "../../../tools/paths.ts";

const guides = ["deploy.md", "pipelines.md"].map((name) => readFileSync(join(root, "docs", name), "utf8")).join("\n");

/** Settings that Pulumi.yaml can't list: whatever it lists without a default is required. */
const OPTIONAL_SECRETS = ["stripeSecretKey", "stripeWebhookSecret"];

describe("The guides to deployment", () => {
  for (const [program, command] of [
    ["", /pulumi config set (?:--secret )?([\w:]+)/g],
    ["account", /pulumi -C account config set (?:--secret )?([\w:]+)/g],
  ] as const) {
    it(`set only what ${join(program, "Pulumi.yaml")} describes`, () => {
      const { config } = parse(readFileSync(join(root, program, "Pulumi.yaml"), "utf8"));

      const settings = [...guides.matchAll(command)].map(([, setting]) => setting);

      expect(settings).to.have.length.above(3);
      expect(Object.keys(config).concat("aws:region", OPTIONAL_SECRETS)).to.include.members(settings);
    });
  }

  it("name the account's outputs as they are, and all of them", () => {
    const pattern = /\b\w+RoleArn\b/g;
    const outputs = readFileSync(join(root, "account", "index.ts"), "utf8").match(pattern);

    const named = guides.match(pattern) ?? [];

    expect(new Set(named)).to.deep.equal(new Set(outputs));
  });
});
