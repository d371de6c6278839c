import type { StackSummary, Workspace } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { describe, it } from "mocha";
import { awsLeftovers } from "../../../../delivery/preview/aws-leftovers.ts";

const NOW = new Date("2026-11-21T18:00:00Z");

/** What there is of a stack whose deployment has made nothing yet. */
const BEFORE_ANYTHING = [
  { type: "pulumi:pulumi:Stack", custom: false },
  { type: "pulumi:providers:aws", custom: true },
  { type: "orders:index:OrderStore", custom: false },
];

/** A state backend that has these stacks, with the tags of one of their resources; undefined for a stack without any. */
function workspace(stacks: Record<string, Record<string, string> | undefined>, pending: object[] = []): Workspace {
  const summaries: StackSummary[] = Object.keys(stacks).map((name) => ({ name, current: false }));
  return {
    listStacks: async () => summaries,
    exportStack: async (name: string) => ({
      version: 3,
      deployment: {
        resources: [
          ...BEFORE_ANYTHING,
          ...(stacks[name] ? [{ type: "aws:sqs/queue:Queue", custom: true, inputs: { tags: stacks[name] } }] : []),
        ],
        pending_operations: pending,
      },
    }),
  } as Partial<Workspace> as Workspace;
}

describe("Stacks that are there for a while only", () => {
  const find = (...state: Parameters<typeof workspace>) => awsLeftovers(workspace(...state), NOW, () => {});

  it("are those of pull requests and of tests, never a stage", async () => {
    const past = { expiry: "2020-01-01T00:00:00Z" };

    const found = await find({
      dev: past,
      prod: past,
      "pr-1": past,
      "acme/orders/pr-2": past,
      "test-ab": past,
      prx: past,
    });

    expect(found.map(({ name }) => name)).to.deep.equal(["pr-1", "acme/orders/pr-2", "test-ab"]);
  });

  it("are due once they have expired, and not before", async () => {
    const found = await find({
      "pr-1": { owner: "ada", expiry: "2026-11-21T17:59:59Z" },
      "pr-2": { owner: "ada", expiry: "2026-11-21T18:00:01Z" },
    });

    expect(found.map(({ isDue }) => isDue)).to.deep.equal([true, false]);
    expect(found[0]).to.include({ owner: "ada", reason: "It expired at 2026-11-21T17:59:59Z." });
  });

  it("are left to people where nobody knows until when they are to stay", async () => {
    const found = await find({ "pr-1": {}, "pr-2": { expiry: "tomorrow" } });

    expect(found.map(({ isDue }) => isDue)).to.deep.equal([false, false]);
    expect(found[0]?.reason).to.equal("It has no expiry: remove it by hand.");
  });

  it("are due where they have nothing, not even something whose creation was broken off", async () => {
    const [initialised] = await awsLeftovers(
      { ...workspace({ "pr-1": undefined }), exportStack: async () => ({ version: 3, deployment: undefined }) },
      NOW,
      () => {},
    );
    const [begun] = await find({ "pr-1": undefined });
    const [brokenOff] = await find({ "pr-1": undefined }, [{ type: "creating" }]);

    expect(initialised?.isDue).to.equal(true);
    expect(begun?.isDue).to.equal(true);
    expect(begun?.reason).to.equal("It has nothing: its first deployment ended before it made anything.");
    expect(brokenOff?.isDue).to.equal(false);
  });
});
