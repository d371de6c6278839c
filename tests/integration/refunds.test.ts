import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { PROBLEMS, type ProblemType } from "../../domain/problem.ts";
import { type ApiResponse, expectProblem, unlessBusy } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { mailsTo } from "../support/mailbox.ts";
import { placeOrder, simulatorAddress, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";

const STAND = { productId: "PROD-001", quantity: 1 };
const REASON = "Came back";

describe("POST /orders/{orderId}/refunds", () => {
  const stack = useLocalStack();

  before("fill the catalogue", () => stockCatalogue(stack().backOffice));

  const refund = (orderId: string, body: object, key: string = randomUUID()) =>
    stack().backOffice.post(`/orders/${orderId}/refunds`, body, { "Idempotency-Key": key });

  async function read(orderId: string) {
    return (await stack().backOffice.get(`/orders/${orderId}`)).body;
  }

  /** Places an order for three laptop stands, 89.97 dollars, and waits for its end. */
  async function fulfilled(changes: object = {}, status = "COMPLETED", api = stack().storefront): Promise<string> {
    const orderId = await placeOrder(api, { items: [{ ...STAND, quantity: 3 }], ...changes });
    await eventually(async () => expect((await read(orderId)).status).to.equal(status));
    return orderId;
  }

  it("refunds items and amounts in every status, until nothing is left, and the customer hears of each", async () => {
    const customerEmail = simulatorAddress(randomUUID());
    const orderId = await fulfilled({ customerEmail });

    const first = await refund(orderId, { items: [STAND], reason: REASON });
    await stack().backOffice.put(`/orders/${orderId}`, { status: "SHIPPED" });
    const second = await refund(orderId, { amount: 9.98, reason: "Scratched" });
    await stack().backOffice.put(`/orders/${orderId}`, { status: "DELIVERED" });
    const third = await refund(orderId, { amount: 50, reason: REASON });
    const tooMuch = await refund(orderId, { amount: 0.01, reason: REASON });

    for (const { status } of [first, second, third]) expect(status).to.equal(202);
    expect(first.body).to.include({ amount: 29.99, status: "PENDING", reason: REASON });
    expectRefused(tooMuch, "not-refundable");
    await eventually(async () => {
      const { status, payment } = await read(orderId);
      expect(status).to.equal("DELIVERED");
      expect(payment).to.deep.include({
        status: "REFUNDED",
        charged: 89.97,
        refunded: 89.97,
        refundable: 0,
        disputed: 0,
      });
      expect(payment.refunds.map((each: { status: string }) => each.status)).to.deep.equal(Array(3).fill("SUCCEEDED"));
      expect(payment.refunds[0]).to.deep.include({ refundId: first.body.refundId, items: [STAND] });
      const subjects = (await mailsTo(customerEmail, stack())).map(({ Subject }) => Subject);
      for (const amount of ["$29.99", "$9.98", "$50.00"])
        expect(subjects.filter((subject) => subject.endsWith(`has a refund of ${amount}`))).to.have.lengthOf(1);
    });
  });

  it("refunds once for each key, and refuses the key for anything else", async () => {
    const [orderId, other] = [await fulfilled(), await fulfilled()];
    const key = randomUUID();
    const body = { amount: 5, reason: REASON };

    const first = await refund(orderId, body, key);
    const again = await refund(orderId, body, key);
    const otherBody = await refund(orderId, { ...body, amount: 6 }, key);
    const otherOrder = await refund(other, body, key);

    expect(again.status).to.equal(202);
    expect(again.body).to.deep.equal(first.body);
    expect(again.headers.get("idempotent-replayed")).to.equal("true");
    for (const response of [otherBody, otherOrder]) expectRefused(response, "idempotency-key-reused");
    expect((await read(orderId)).payment.refunds).to.have.lengthOf(1);
  });

  it("never refunds more than was charged, however many ask at once", async () => {
    const orderId = await fulfilled();

    const responses = await Promise.all(
      Array.from({ length: 5 }, () => unlessBusy(() => refund(orderId, { amount: 40, reason: REASON }))),
    );

    expect(responses.map(({ status }) => status).sort()).to.deep.equal([202, 202, 422, 422, 422]);
    await eventually(async () => {
      expect((await read(orderId)).payment).to.include({ refunded: 80, refundable: 9.97 });
    });
  });

  it("gives back what is left when the order is cancelled", async () => {
    const orderId = await fulfilled();
    await refund(orderId, { amount: 30, reason: REASON });

    await stack().backOffice.post(`/orders/${orderId}/cancel`, {});

    const late = await refund(orderId, { amount: 1, reason: REASON });
    expectRefused(late, "wrong-status");
    await eventually(async () => {
      const { status, payment } = await read(orderId);
      expect(status).to.equal("CANCELLED");
      expect(payment).to.include({ status: "REFUNDED", charged: 89.97, refunded: 89.97 });
    });
  });

  it("leaves a refund that the provider refuses to a person, and frees its amount", async () => {
    const orderId = await fulfilled({ paymentMethod: "pm_simulated_refund_refused" });

    await refund(orderId, { amount: 30, reason: REASON });

    await eventually(async () => {
      const { attention, payment } = await read(orderId);
      expect(attention).to.include({ reason: "REFUND_REFUSED" });
      expect(payment).to.include({ refunded: 0, refundable: 89.97 });
      expect(payment.refunds[0].status).to.equal("FAILED");
    });
    const { body: shipped } = await stack().backOffice.put(`/orders/${orderId}`, { status: "SHIPPED" });
    expect(shipped.attention).to.include({ reason: "REFUND_REFUSED" });
  });

  it("refuses what it can't refund", async () => {
    const orderId = await fulfilled();
    const failed = await fulfilled({ paymentMethod: "pm_card_chargeDeclined" }, "FAILED", stack().backOffice);
    const body = { amount: 1, reason: REASON };

    const withoutKey = await stack().backOffice.post(`/orders/${orderId}/refunds`, body);

    expectRefused(withoutKey, "validation");
    expectRefused(await refund(failed, body), "wrong-status");
    expectRefused(await refund(randomUUID(), body), "not-found");
    expectRefused(await refund(orderId, { items: [{ ...STAND, quantity: 4 }], reason: REASON }), "not-refundable");
    for (const wrong of [
      { amount: 1 },
      { reason: REASON },
      { amount: 0, reason: REASON },
      { amount: 0.001, reason: REASON },
      { amount: 1, items: [STAND], reason: REASON },
      { items: [], reason: REASON },
    ])
      expectRefused(await refund(orderId, wrong), "validation");
  });
});

function expectRefused(response: ApiResponse, problem: ProblemType): void {
  expectProblem(response, PROBLEMS[problem].status);
  expect(response.body.type).to.equal(PROBLEMS[problem].type);
}
