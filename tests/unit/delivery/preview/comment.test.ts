import { expect } from "chai";
import { describe, it } from "mocha";
import { type CommentOptions, commentOf } from "../../../../delivery/preview/comment.ts";
import type { PreviewReport } from "../../../../delivery/preview/report.ts";

const UP: PreviewReport = {
  stack: "pr-123",
  target: "aws",
  commit: "0123456789abcdef",
  owner: "ada",
  expiry: "2026-11-24T18:00:00Z",
  seconds: 61.2,
  urls: {
    website: "http://site.example.com",
    storefront: "https://shop.example.com/v1",
    backOffice: "https://office.example.com/v1",
    region: "eu-west-1",
  },
  smoke: { orders: { sent: 30, accepted: 30, COMPLETED: 30 }, failures: [] },
  suites: { passed: 40, skipped: 13, failed: [] },
};

const OPTIONS: CommentOptions = { config: { webAcl: "false" }, base: "main", changes: [] };

describe("A preview's comment", () => {
  it("tells where it is, until when, what it costs, and that all is well", () => {
    const text = commentOf(UP, OPTIONS);

    expect(text.split("\n")[0], "by which an older one is found").to.equal("<!-- preview pr-123 -->");
    for (const url of Object.values(UP.urls ?? {})) expect(text).to.include(url);
    expect(text).to.include("Commit 0123456, deployed in 61 s.").and.to.include("or 2026-11-24T18:00:00Z");
    expect(text).to.match(/\$\d+\.\d\d a month on AWS without any orders, \$0\.\d\d a day \(prices of eu-west-1, /);
    expect(text).to.include("✅ Smoke test: 30 sent, 30 accepted, 30 COMPLETED");
    expect(text).to.include("✅ Suites: 40 passed, 0 failed, 13 skipped, as they need their own stack");
    expect(text).to.include("No difference.").and.to.not.include("❌");
  });

  it("costs more with a firewall and a key of its own", () => {
    const cost = (config: Record<string, string>) =>
      Number(/\$([\d.]+) a month/.exec(commentOf(UP, { ...OPTIONS, config }))?.[1]);

    expect(cost({ webAcl: "true", customerManagedKey: "true" })).to.be.above(cost({}) + 1);
  });

  it("tells first what is replaced and deleted, which loses what it has", () => {
    const changes = (["create", "update", "replace", "delete"] as const).map((operation) => ({
      ...{ operation, name: `the-${operation}d`, type: "aws:dynamodb/table:Table" },
    }));

    const text = commentOf(UP, { ...OPTIONS, changes });

    expect(text).to.include("1 replaced, 1 deleted, 1 created, 1 updated.");
    expect(text.match(/`the-\w+`/g)).to.deep.equal([
      "`the-replaced`",
      "`the-deleted`",
      "`the-created`",
      "`the-updated`",
    ]);
  });

  it("tells what failed, and what nobody knows", () => {
    const { urls: _, smoke: __, suites: ___, ...down } = UP;
    const failure = "The table could not be made: ```no``` rights.";

    const notUp = commentOf({ ...down, failure }, { ...OPTIONS, changes: new Error("git knows no main.") });
    const broken = commentOf(
      {
        ...UP,
        smoke: { orders: {}, failures: ["2 orders are lost."] },
        suites: { passed: 39, skipped: 0, failed: ["The gateway answers"] },
      },
      OPTIONS,
    );

    expect(notUp)
      .to.include("is not up")
      .and.to.include("The table could not be made")
      .and.to.include("git knows no main.");
    expect(notUp).to.include("- Smoke test: not run").and.to.include("- Suites: not run");
    expect(notUp.match(/```/g), "fences").to.have.lengthOf(4);
    expect(broken).to.include("❌ Smoke test").and.to.include("2 orders are lost.");
    expect(broken).to.include("❌ Suites: 39 passed, 1 failed").and.to.include("The gateway answers");
  });
});
