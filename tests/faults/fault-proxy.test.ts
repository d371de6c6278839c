import { spawn } from "node:child_process";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { isProcess } from "../../local/emulator/processes.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { deployedFunction } from "../support/functions.ts";
import { mailsTo } from "../support/mailbox.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { type Fault, type FaultRule, useFaultProxy } from "./fault-proxy.ts";

describe("A fault between a function and a service", function () {
  this.timeout(60_000);
  const stack = useLocalStack();
  const proxy = useFaultProxy(stack);
  let table: DeployedTable;

  before(async () => {
    table = new DeployedTable(stack());
    await stockCatalogue(stack().backOffice);
  });

  /** The call that writes an order. */
  const commit = { handler: "create-order", operation: "TransactWriteItems" } satisfies Partial<FaultRule>;

  const survived: Fault[] = ["throttle", "error", "conflict", "delay", "drop", "reset", "lose answer", "hold answer"];
  for (const fault of [...survived, "duplicate", "late"] as const) {
    it(`(${fault}, once) keeps no customer from an order, and makes it no second one`, async () => {
      const customerId = `once-${name(fault)}`;
      proxy().follow([{ ...commit, fault, times: 1 }]);

      const { status } = await place(customerId);

      expect(status).to.equal(201);
      expect(proxy().injected[fault]).to.equal(1);
      expect(await proxy().arrived()).to.equal(fault === "late" ? 1 : 0);
      expect(await ordersOf(customerId)).to.equal(1);
    });
  }

  const outages: [Fault, number, number][] = [
    ["throttle", 503, 0],
    ["error", 503, 0],
    ["conflict", 409, 0],
    ["drop", 503, 0],
    ["reset", 503, 0],
    ["lose answer", 503, 1],
    ["hold answer", 503, 1],
  ];
  for (const [fault, expected, placed] of outages) {
    it(`(${fault}, always) is told as ${expected}, and the key's next request as it is then`, async () => {
      const customerId = `always-${name(fault)}`;
      proxy().follow([{ ...commit, fault }]);

      const { status, body, headers } = await place(customerId, "key");

      expect([status, await ordersOf(customerId)]).to.deep.equal([expected, placed], JSON.stringify(body));
      expect(headers.get("Retry-After")).to.equal("1");
      proxy().follow([]);
      expect((await place(customerId, "key")).status).to.equal(201);
      expect(await ordersOf(customerId)).to.equal(1);
    });
  }

  for (const [fault, placed] of [
    ["kill before", 0],
    ["kill after", 1],
  ] as const) {
    it(`(${fault}) ends the process, and the key's next request finds what there is`, async () => {
      const customerId = name(fault);
      proxy().follow([{ ...commit, fault, times: 1 }]);

      const { status } = await place(customerId, "key");

      expect([status, await ordersOf(customerId)]).to.deep.equal([502, placed]);
      const { status: next, headers } = await place(customerId, "key");
      expect([next, headers.get("Idempotent-Replayed")]).to.deep.equal([201, placed === 1 ? "true" : null]);
      expect(await ordersOf(customerId)).to.equal(1);
    });
  }

  it("strikes the function and the operation that the rule names, and no other", async () => {
    proxy().follow([
      { handler: "get-order", fault: "error" },
      { service: "sqs", fault: "error" },
      { operation: "DeleteItem", fault: "error" },
    ]);

    const orderId = await placeOrder(stack().storefront);
    const { status } = await stack().storefront.get(`/orders/${orderId}`);

    expect(status).to.equal(503);
  });

  it("strikes the same calls each time, as the seed says", async () => {
    const outcomes = async (seed: number) => {
      proxy().follow([{ handler: "list-products", fault: "error", percent: 80, seed }]);
      const answers = [];
      for (let count = 0; count < 8; count++) answers.push((await stack().storefront.get("/products")).status);
      return answers;
    };

    const first = await outcomes(5);

    expect([...new Set(first)]).to.have.members([200, 503]);
    expect(await outcomes(5)).to.deep.equal(first);
  });

  it("(conflict) of a product's change with orders for it is passing: tried again, and told as 503 at worst", async () => {
    const product = { name: "Laptop stand", price: 29.99 };
    const change = async (rule: Partial<FaultRule>) => {
      proxy().follow([{ handler: "put-product", operation: "UpdateItem", fault: "conflict", ...rule }]);
      return (await stack().backOffice.put("/products/PROD-001", product)).status;
    };

    expect(await change({ times: 1 })).to.equal(200);
    expect(await change({})).to.equal(503);
  });

  it("comes to the topic in the words of its protocol, and the event is published all the same", async () => {
    const before = proxy().injected.throttle ?? 0;
    proxy().follow([{ service: "sns", operation: "PublishBatch", fault: "throttle", times: 4 }]);

    const orderId = await placeOrder(stack().storefront);

    await eventually(async () => expect((await table.story(orderId)).order.status).to.equal("COMPLETED"));
    expect(proxy().injected.throttle).to.equal(before + 4);
  });

  it("comes to mails whose answers are lost: they are not sent again", async () => {
    const customerEmail = "lost.answer@example.com";
    proxy().follow([{ service: "ses", fault: "lose answer" }]);

    const orderId = await placeOrder(stack().storefront, { customerEmail });

    await eventually(async () => expect((await table.story(orderId)).order.status).to.equal("COMPLETED"));
    await eventually(async () => {
      const claims = (await table.partition(`ORDER#${orderId}`)).filter(({ sk }) => sk.startsWith("MAIL#"));
      expect(claims.map(({ status }) => status)).to.have.members(["UNKNOWN", "UNKNOWN"]);
    });
    expect(await mailsTo(customerEmail, stack())).to.have.lengthOf(2);
  });

  it("kills processes of the stack's functions alone: a number may be another program's by now", async () => {
    proxy().follow([]);
    const stranger = spawn("sleep", ["60"]);
    const { Environment } = await deployedFunction("create-order", stack().awsClient);
    const headers = { "user-agent": `app/nobody.${stranger.pid}` };
    await fetch(Environment?.Variables?.PROXY_URL ?? "", { headers });
    await placeOrder(stack().storefront);

    const killed = [proxy().kill("nobody"), proxy().kill("create-order")];

    const isAlive = isProcess(stranger.pid ?? 0, "sleep");
    stranger.kill();
    expect([killed[0], isAlive]).to.deep.equal([0, true]);
    expect(killed[1]).to.be.above(0);
  });

  function place(customerId: string, key?: string) {
    const headers = key === undefined ? {} : { "Idempotency-Key": `${customerId}-${key}` };
    return stack().storefront.post("/orders", orderBody({ customerId }), headers);
  }

  async function ordersOf(customerId: string): Promise<number> {
    return (await table.items()).filter((item) => item.sk === "ORDER" && item.customerId === customerId).length;
  }
});

/** A fault's name as ids and keys may have it. */
function name(fault: Fault): string {
  return fault.replaceAll(" ", "-");
}
