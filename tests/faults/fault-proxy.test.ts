import { spawn } from "node:child_process";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { isProcess } from "../../local/emulator/processes.ts";
import { eventually } from "../support/eventually.ts";
import { deployedFunction } from "../support/functions.ts";
import { mailsTo } from "../support/mailbox.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { type Fault, type FaultRule, useFaultProxy } from "./fault-proxy.ts";

describe("An injected fault", () => {
  const stack = useLocalStack();
  const proxy = useFaultProxy(stack);
  let table: TestTable;

  before(async () => {
    table = TestTable.of(stack());
    await stockCatalogue(stack().backOffice);
  });

  /** The call that writes an order. */
  const commit = { handler: "create-order", operation: "TransactWriteItems" } satisfies Partial<FaultRule>;

  const transient: Fault[] = [
    ...(["throttle", "error", "conflict", "delay", "drop", "reset"] as const),
    ...(["lose response", "hold response", "duplicate", "late"] as const),
  ];
  for (const fault of transient) {
    it(`(${fault}, once) still results in exactly one order`, async () => {
      const customerId = `once-${name(fault)}`;
      proxy().setRules([{ ...commit, fault, times: 1 }]);

      const { status } = await place(customerId);

      expect(status).to.equal(201);
      expect(proxy().injected[fault]).to.equal(1);
      expect(await proxy().untilLateCallsArrived()).to.equal(fault === "late" ? 1 : 0);
      expect(await ordersOf(customerId)).to.equal(1);
    });
  }

  const outages: [Fault, number, number][] = [
    ["throttle", 503, 0],
    ["error", 503, 0],
    ["conflict", 409, 0],
    ["drop", 503, 0],
    ["reset", 503, 0],
    ["lose response", 503, 1],
    ["hold response", 503, 1],
  ];
  for (const [fault, expected, placed] of outages) {
    it(`(${fault}, always) results in ${expected}, and in one order once the request is repeated without faults`, async () => {
      const customerId = `always-${name(fault)}`;
      proxy().setRules([{ ...commit, fault }]);

      const { status, body, headers } = await place(customerId, "key");

      expect([status, await ordersOf(customerId)]).to.deep.equal([expected, placed], JSON.stringify(body));
      expect(headers.get("Retry-After")).to.equal("1");
      proxy().setRules([]);
      expect((await place(customerId, "key")).status).to.equal(201);
      expect(await ordersOf(customerId)).to.equal(1);
    });
  }

  for (const [fault, placed] of [
    ["kill before", 0],
    ["kill after", 1],
  ] as const) {
    it(`(${fault}) ends the process, and the next request with the key results in one order`, async () => {
      const customerId = name(fault);
      proxy().setRules([{ ...commit, fault, times: 1 }]);

      const { status } = await place(customerId, "key");

      expect([status, await ordersOf(customerId)]).to.deep.equal([502, placed]);
      const { status: next, headers } = await place(customerId, "key");
      expect([next, headers.get("Idempotent-Replayed")]).to.deep.equal([201, placed === 1 ? "true" : null]);
      expect(await ordersOf(customerId)).to.equal(1);
    });
  }

  it("only applies to the function and operation of its rule", async () => {
    proxy().setRules([
      { handler: "get-order", fault: "error" },
      { service: "sqs", fault: "error" },
      { operation: "DeleteItem", fault: "error" },
    ]);

    const orderId = await placeOrder(stack().storefront);
    const { status } = await stack().storefront.get(`/orders/${orderId}`);

    expect(status).to.equal(503);
  });

  it("applies to the same calls for the same seed", async () => {
    const statuses = async (seed: number) => {
      proxy().setRules([{ handler: "list-products", fault: "error", percent: 60, seed }]);
      const found = [];
      for (let count = 0; count < 8; count++) found.push((await stack().storefront.get("/products")).status);
      return found;
    };

    const first = await statuses(5);

    expect([...new Set(first)]).to.have.members([200, 503]);
    expect(await statuses(5)).to.deep.equal(first);
  });

  it("(conflict) with a product's change is retried, and results in 503 if it persists", async () => {
    const change = async (price: number, rule: Partial<FaultRule>) => {
      proxy().setRules([{ handler: "put-product", operation: "TransactWriteItems", fault: "conflict", ...rule }]);
      return (await stack().backOffice.put("/products/PROD-001", { name: "Laptop stand", price })).status;
    };

    expect(await change(31, { times: 1 })).to.equal(200);
    expect(await change(32, {})).to.equal(503);
  });

  it("uses the query protocol for SNS, and the event is published anyway", async () => {
    const before = proxy().injected.throttle ?? 0;
    proxy().setRules([{ service: "sns", operation: "PublishBatch", fault: "throttle", times: 4 }]);

    const orderId = await placeOrder(stack().storefront);

    await eventually(async () => expect((await table.records(orderId)).order.status).to.equal("COMPLETED"));
    expect(proxy().injected.throttle).to.equal(before + 4);
  });

  it("(lose response) of SES makes an email be sent again, once", async () => {
    const customerEmail = "lost.response@example.com";
    await untilNotified(); // so that the fault meets this order's email
    proxy().setRules([{ service: "ses", fault: "lose response", times: 1 }]);

    await placeOrder(stack().storefront, { customerEmail });

    await untilNotified();
    expect(await mailsTo(customerEmail, stack())).to.have.lengthOf(3);
  });

  it("only kills processes of the stack's functions, as a pid may belong to another program by now", async () => {
    proxy().setRules([]);
    const unrelated = spawn("sleep", ["60"]);
    const { Environment } = await deployedFunction("create-order", stack().awsClient);
    const headers = { "user-agent": `app/nobody.${unrelated.pid}` };
    await fetch(Environment?.Variables?.PROXY_URL ?? "", { headers });
    await placeOrder(stack().storefront);

    const killed = [proxy().kill("nobody"), proxy().kill("create-order")];

    const isAlive = isProcess(unrelated.pid ?? 0, "sleep");
    unrelated.kill();
    expect([killed[0], isAlive]).to.deep.equal([0, true]);
    expect(killed[1]).to.be.above(0);
  });

  /** Waits until every customer has got both emails. */
  function untilNotified(): Promise<void> {
    return eventually(async () => {
      const items = await table.items();
      const orders = items.filter(({ sk }) => sk === "ORDER");
      const sent = items.filter(({ sk, status }) => sk.startsWith("MAIL#") && status === "SENT");
      expect(sent).to.have.lengthOf(2 * orders.length);
    });
  }

  function place(customerId: string, key?: string) {
    const headers = key === undefined ? {} : { "Idempotency-Key": `${customerId}-${key}` };
    return stack().storefront.post("/orders", orderBody({ customerId }), headers);
  }

  async function ordersOf(customerId: string): Promise<number> {
    return (await table.items()).filter((item) => item.sk === "ORDER" && item.customerId === customerId).length;
  }
});

/** A fault's name for ids and keys. */
function name(fault: Fault): string {
  return fault.replaceAll(" ", "-");
}
