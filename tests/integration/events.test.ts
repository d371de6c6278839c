import { expect } from "chai";
import { before, describe, it } from "mocha";
import { DeployedTable } from "../support/deployed-table.ts";
import { useEventProbe } from "../support/event-probe.ts";
import { eventually } from "../support/eventually.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { deadLetters } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";

describe("The topic of the orders' events", function () {
  this.timeout(60_000);
  const stack = useLocalStack();
  const probe = useEventProbe(stack);
  before(() => stockCatalogue(stack().backOffice));

  it("tells the whole life of an order, with what subscribers filter by", async () => {
    const orderId = await placeOrder(stack().storefront, { customerId: "CUST-12345" });
    await probe.reached(orderId, "COMPLETED");
    await setStatus(orderId, "SHIPPED");
    await setStatus(orderId, "DELIVERED");

    await probe.reached(orderId, "DELIVERED");

    const events = eventsOf(orderId).map(({ type, status, version, attributes }) => ({
      type,
      status,
      version,
      attributes,
    }));
    const was = (version: number, type: string, status: string) => ({
      version,
      type,
      status,
      attributes: { type, status, customerId: "CUST-12345" },
    });
    expect(events).to.deep.equal([
      was(1, "OrderPlaced", "PENDING"),
      was(2, "OrderProcessing", "PROCESSING"),
      was(3, "OrderCompleted", "COMPLETED"),
      was(4, "OrderShipped", "SHIPPED"),
      was(5, "OrderDelivered", "DELIVERED"),
    ]);
  });

  it("tells that somebody asked to cancel an order, and that it is cancelled", async () => {
    const orderId = await placeOrder(stack().storefront);
    await probe.reached(orderId, "COMPLETED");

    await stack().backOffice.post(`/orders/${orderId}/cancel`, {});
    await probe.reached(orderId, "CANCELLED");

    const [asked, cancelled] = eventsOf(orderId).slice(-2);
    expect(asked).to.include({ type: "OrderCancelRequested", status: "COMPLETED", version: 4 });
    expect(asked?.attributes).to.deep.equal({ type: "OrderCancelRequested", status: "COMPLETED" });
    expect(cancelled).to.include({ type: "OrderCancelled", status: "CANCELLED", version: 5 });
  });

  it("says why an order failed, and ties its events to the request that brought them about", async () => {
    const orderId = await placeOrder(stack().storefront, { paymentMethod: "pm_card_chargeDeclined" });

    const failed = await probe.reached(orderId, "FAILED");

    expect(failed.reason).to.equal("PAYMENT_DECLINED");
    expect(new Set(eventsOf(orderId).map(({ correlationId }) => correlationId))).to.have.lengthOf(1);
  });

  it("keeps what is personal to itself", async () => {
    const person = { customerEmail: "secret@example.com", customerName: "Ada Lovelace", customerPhone: "+12025550123" };
    const orderId = await placeOrder(stack().storefront, person);

    await probe.reached(orderId, "COMPLETED");

    const text = JSON.stringify(eventsOf(orderId));
    for (const value of Object.values(person)) expect(text).to.not.include(value);
  });

  it("goes on after a record that nobody can read, which is set aside with the reason", async () => {
    const odd = { pk: "ORDER#odd", sk: "EVENT#000001", event: "none at all" };
    await new DeployedTable(stack()).put(odd);

    const orderId = await placeOrder(stack().storefront);

    await probe.reached(orderId, "COMPLETED");
    const [message] = await eventually(async () => {
      const messages = await deadLetters(stack());
      expect(messages).to.have.lengthOf(1);
      return messages;
    });
    expect(JSON.parse(message?.Body ?? "").keys).to.deep.equal({ pk: { S: odd.pk }, sk: { S: odd.sk } });
    expect(message?.MessageAttributes?.reason?.StringValue).to.match(/can't be read|no event .* can be read/);
  });

  /** An order's events, each once, in the order in which they happened: nothing promises that they arrive so. */
  function eventsOf(orderId: string) {
    const byId = new Map(probe.of(orderId).map((event) => [event.eventId, event]));
    return [...byId.values()].sort((a, b) => a.version - b.version);
  }

  async function setStatus(orderId: string, status: string): Promise<void> {
    const answer = await stack().backOffice.put(`/orders/${orderId}`, { status });
    expect(answer.status).to.equal(200);
  }
});
