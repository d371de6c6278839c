import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { ApiResponse } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { orderBody, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";

const ASKS = "pm_card_authenticationRequired";
const DECLINED = "pm_card_chargeDeclined";
const GOOD = "pm_card_visa";

/** What a customer does about a payment, from the request to the end of the workflow. */
describe("Paying for an order of the storefront", () => {
  const stack = useLocalStack({ paymentDeadlineMinutes: "1" });
  let table: TestTable;

  before(async () => {
    await stockCatalogue(stack().backOffice);
    table = TestTable.of(stack());
  });

  interface Customer {
    orderId: string;
    token: string;
  }

  /** Places an order, and waits until its payment has a status. */
  async function order(paymentMethod: string, status: string): Promise<Customer> {
    const { body } = await stack().storefront.post("/orders", orderBody({ paymentMethod }));
    await reaches(body, status);
    return body;
  }

  const show = ({ orderId, token }: Customer) =>
    stack().storefront.request("GET", `/orders/${orderId}`, undefined, { "X-Order-Token": token });

  function reaches(customer: Customer, status: string): Promise<ApiResponse["body"]> {
    return eventually(async () => {
      const { body } = await show(customer);
      expect(body.payment?.status).to.equal(status);
      return body;
    });
  }

  async function ends(customer: Customer): Promise<unknown[]> {
    return eventually(async () => {
      const { order, charge } = await table.records(customer.orderId);
      expect(order.status).to.be.oneOf(["COMPLETED", "FAILED"]);
      return [order.status, order.failureReason, charge.charges];
    });
  }

  function pay({ orderId, token }: Customer, body: object): Promise<ApiResponse> {
    const headers = { "X-Order-Token": token, "Idempotency-Key": randomUUID() };
    return stack().storefront.post(`/orders/${orderId}/payment`, body, headers);
  }

  it("completes the order once the customer has passed their bank's question", async () => {
    const customer = await order(ASKS, "ACTION_REQUIRED");
    const { payment } = (await show(customer)).body;

    const looked = await pay(customer, {});
    const answer = await pay(customer, { paymentMethod: "pm_simulated_bank_passed" });

    expect(payment).to.include.keys("until", "clientSecret", "triesLeft");
    expect([looked.status, answer.status]).to.deep.equal([202, 202]);
    expect(await ends(customer)).to.deep.equal(["COMPLETED", undefined, 1]);
    expect((await show(customer)).body.payment).to.deep.equal({
      status: "PAID",
      charged: 29.99,
      refunded: 0,
      refunds: [],
    });
  });

  it("takes another card once the bank has refused, and after a decline", async () => {
    const customer = await order(ASKS, "ACTION_REQUIRED");
    await pay(customer, { paymentMethod: "pm_simulated_bank_refused" });
    await reaches(customer, "PAYMENT_METHOD_REQUIRED");
    await pay(customer, { paymentMethod: DECLINED });
    const { payment } = await eventually(async () => {
      const { body } = await show(customer);
      expect(body.payment).to.include({ status: "PAYMENT_METHOD_REQUIRED", triesLeft: 2 });
      return body;
    });

    await pay(customer, { paymentMethod: GOOD });

    expect(payment).to.include({ declineReason: "PAYMENT_DECLINED" });
    expect(await ends(customer)).to.deep.equal(["COMPLETED", undefined, 1]);
  });

  it("fails when nobody answers in time, for the reason that it waited for", async () => {
    const customers = [await order(ASKS, "ACTION_REQUIRED"), await order(DECLINED, "PAYMENT_METHOD_REQUIRED")];

    const all = await Promise.all(customers.map(ends));

    expect(all).to.deep.equal([
      ["FAILED", "PAYMENT_NOT_COMPLETED", 0],
      ["FAILED", "PAYMENT_DECLINED", 0],
    ]);
    expect((await pay(customers[0] as Customer, { paymentMethod: GOOD })).status).to.equal(409);
  });

  it("needs the order's token, and shows only its status without", async () => {
    const customer = await order(DECLINED, "PAYMENT_METHOD_REQUIRED");

    const { status } = await pay({ ...customer, token: "made up" }, { paymentMethod: GOOD });
    const { body } = await stack().storefront.get(`/orders/${customer.orderId}`);

    expect(status).to.equal(404);
    expect(body.payment).to.deep.equal({ status: "PAYMENT_METHOD_REQUIRED" });
  });
});
