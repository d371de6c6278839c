import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { describe, it } from "mocha";
import { load } from "../../load/load.ts";
import { planOf } from "../../load/plan.ts";
import { proxyCalls } from "../support/call-proxy.ts";
import { useLocalStack } from "../support/stack.ts";

const SLOWNESS_MS = 100;

describe("The smoke load test", function () {
  this.slow(60_000);
  const stack = useLocalStack();

  /** @returns Why it failed. */
  const smoke = async () => {
    const plan = planOf("smoke", "place", "local");
    const { ended: signal, name } = stack();
    const { failures } = await load({ plan, stack: name }, stack(), { signal, tell: () => {} });
    return failures;
  };

  it("passes, however busy the machine is", async () => {
    const failures = await smoke();

    expect(failures).to.deep.equal([]);
  });

  it("fails when placing an order takes a tenth of a second longer", async () => {
    await proxyCalls(stack(), async ({ handler, operation }, forward) => {
      if (handler === "create-order" && operation === "TransactWriteItems") await sleep(SLOWNESS_MS);
      return forward();
    });

    const failures = await smoke();

    expect(failures.join("\n")).to.match(/^The service level of POST \/orders over the floor was not kept: .*\.$/);
  });
});
