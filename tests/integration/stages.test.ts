import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import account from "../../account/index.ts";
import program from "../../index.ts";
import { openEngine } from "../../local/engine/engine.ts";
import { register, stageConfig } from "../support/mocks.ts";
import { target } from "../support/stack.ts";

/** Nothing listens there. A preview makes no calls. */
const NOWHERE = "http://127.0.0.1:9";

describe("A preview with the local provider supports every resource and input", () => {
  let folder: string;
  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-stages-"));
  });
  after(() => folder && rm(folder, { recursive: true }));

  it("of dev", async () => {
    expect(await preview("dev", stageConfig("dev"))).to.have.all.keys("create");
  });

  it("of prod, except for the audit trail, which needs the awsx plugin", async () => {
    const config = { ...stageConfig("prod"), auditTrail: "false" };

    const changes = await preview("prod", config);

    const registered = await register(program, { ...config, cursorSecret: "0123456789abcdef0123456789abcdef" });
    expect(changes).to.deep.equal({ create: registered.length });
  });

  it("of a pull request's preview", async () => {
    expect(await preview("pr-1", stageConfig("pr"))).to.have.all.keys("create");
  });

  it("of the account's stack", async () => {
    const config = { repository: "acme/orders", ownerId: "1001", repositoryId: "2002" };

    expect(await preview("account", config, async () => account())).to.have.all.keys("create");
  });

  async function preview(name: string, config: Record<string, string>, program?: PulumiFn) {
    const directory = join(folder, name);
    const engine = await openEngine({ name, directory, endpoint: NOWHERE, config, ...(program && { program }) });
    return (await engine.preview()).changes;
  }
});
