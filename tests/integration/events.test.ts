import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { deadLetters } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { useEventProbe } from "../support/topic-probes.ts";

describe("The events topic", () => {
  const stack = useLocalStack();
  const probe = useEventProbe(stack);
  before(() => stockCatalogue(stack().backOffice));

  it("gets an event for every status of an order, with attributes to filter by", async () => {
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
    const event = (version: number, type: string, status: string) => ({
      version,
      type,
      status,
      attributes: { type, status, customerId: "CUST-12345" },
    });
    expect(events).to.deep.equal([
      event(1, "OrderPlaced", "PENDING"),
      event(2, "OrderProcessing", "PROCESSING"),
      event(3, "OrderCompleted", "COMPLETED"),
      event(4, "OrderShipped", "SHIPPED"),
      event(5, "OrderDelivered", "DELIVERED"),
    ]);
  });

  it("gets an event for a requested cancellation, and for the cancelled order", async () => {
    const orderId = await placeOrder(stack().storefront);
    await probe.reached(orderId, "COMPLETED");

    await stack().backOffice.post(`/orders/${orderId}/cancel`, {});
    await probe.reached(orderId, "CANCELLED");

    const [requested, cancelled] = eventsOf(orderId).slice(-2);
    expect(requested).to.include({ type: "OrderCancelRequested", status: "COMPLETED", version: 4 });
    expect(requested?.attributes).to.deep.equal({ type: "OrderCancelRequested", status: "COMPLETED" });
    expect(cancelled).to.include({ type: "OrderCancelled", status: "CANCELLED", version: 5 });
  });

  it("gets the reason of a failed order, and the correlation id of its request in every event", async () => {
    const orderId = await placeOrder(stack().backOffice, { paymentMethod: "pm_card_chargeDeclined" });

    const failed = await probe.reached(orderId, "FAILED");

    expect(failed.reason).to.equal("PAYMENT_DECLINED");
    expect(new Set(eventsOf(orderId).map(({ correlationId }) => correlationId))).to.have.lengthOf(1);
  });

  it("gets no personal data", async () => {
    const person = { customerEmail: "secret@example.com", customerName: "Ada Lovelace", customerPhone: "+12025550123" };
    const orderId = await placeOrder(stack().storefront, person);

    await probe.reached(orderId, "COMPLETED");

    const text = JSON.stringify(eventsOf(orderId));
    for (const value of Object.values(person)) expect(text).to.not.include(value);
  });

  it("gets later events after an unreadable record, which goes to the failure queue with a reason", async () => {
    const unreadable = { pk: "ORDER#odd", sk: "EVENT#000001", event: "none at all" };
    await TestTable.of(stack()).put(unreadable);

    const orderId = await placeOrder(stack().storefront);

    await probe.reached(orderId, "COMPLETED");
    const [message] = await eventually(async () => {
      const messages = await deadLetters(stack());
      expect(messages).to.have.lengthOf(1);
      return messages;
    });
    const { pk, sk } = unreadable;
    expect(JSON.parse(message?.Body ?? "").keys).to.deep.equal({ pk: { S: pk }, sk: { S: sk } });
    expect(message?.MessageAttributes?.reason?.StringValue).to.equal("The record has no readable order event.");
  });

  /** An order's events without duplicates, by version: neither delivery once nor in order is guaranteed. */
  function eventsOf(orderId: string) {
    const byId = new Map(probe.of(orderId).map((event) => [event.eventId, event]));
    return [...byId.values()].sort((a, b) => a.version - b.version);
  }

  async function setStatus(orderId: string, status: string): Promise<void> {
    const response = await stack().backOffice.put(`/orders/${orderId}`, { status });
    expect(response.status).to.equal(200);
  }
});
