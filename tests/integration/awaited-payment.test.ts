import { randomUUID } from "node:crypto";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { handler as getOrder } from "../../handlers/get-order.ts";
import { handler as payOrder } from "../../handlers/pay-order.ts";
import { awaitCustomer } from "../../handlers/process-payments/await-customer.ts";
import { settle } from "../../handlers/process-payments/settle.ts";
import { eventually } from "../support/eventually.ts";
import {
  placeAtStorefront,
  placeDirectly,
  requestCancel,
  stockProducts,
  useLocalTable,
} from "../support/in-process.ts";
import { useStripeDouble } from "../support/stripe-double.ts";
import { interruptAtCall, runSteps, runWorkflow, stepOutcome, undo } from "../support/workflow.ts";

const ASKS = "pm_card_authenticationRequired";
const DECLINED = "pm_card_chargeDeclined";
const GOOD = "pm_card_visa";
const UNCHARGED = { charged: 0, refunded: 0, refunds: [] };

/** An order whose customer pays. */
interface Customer {
  orderId: string;
  token: string;
}

/** Orders of the storefront that are not paid at once. Interleaved call by call, which only the test's process can. */
describe("A payment that needs its customer", () => {
  const table = useLocalTable();
  const stripe = useStripeDouble();
  const tasks = mockClient(SFNClient);

  before(async () => {
    await table().renew();
    await stockProducts({ PLENTY: 1_000 });
  });

  beforeEach(() => {
    stripe.configure("simulated");
    tasks.reset();
    tasks.onAnyCommand().resolves({});
    Object.assign(process.env, { PAYMENT_DEADLINE_MINUTES: "30", PAYMENT_TRIES: "5" });
  });

  after(() => {
    tasks.restore();
    Object.assign(process.env, { PAYMENT_DEADLINE_MINUTES: "30", PAYMENT_TRIES: "5" });
  });

  /** Places an order, and lets the workflow run until it waits or ends. */
  async function order(paymentMethod: string): Promise<Customer> {
    const customer = await placeAtStorefront({ PLENTY: 1 }, paymentMethod);
    await runWorkflow({ orderId: customer.orderId });
    return customer;
  }

  const request = ({ orderId, token }: Customer, headers: object = {}, body: object | null = null) => ({
    pathParameters: { orderId },
    headers: { "X-Order-Token": token, ...headers },
    body: body && JSON.stringify(body),
    requestContext: { requestId: "1" } as never,
    stageVariables: { audience: "storefront" },
  });

  async function pay(customer: Customer, body: object, key: string = randomUUID()) {
    const { statusCode, body: text } = await payOrder(request(customer, { "Idempotency-Key": key }, body));
    return { status: statusCode, ...JSON.parse(text) };
  }

  async function paymentOf(customer: Customer) {
    return JSON.parse((await getOrder(request(customer))).body).payment;
  }

  /** How an order ended: its status, why it failed, and what was charged and refunded for it. */
  async function endOf({ orderId }: Customer) {
    const { order, payment, charge } = await table().records(orderId);
    const { charges, refunds } = payment?.gateway === "stripe" ? stripe.double : charge;
    return [order.status, order.failureReason, charges, refunds];
  }

  const told = () =>
    tasks.commandCalls(SendTaskSuccessCommand).map(({ args: [{ input }] }) => [input.taskToken, input.output]);

  /** The bank of every customer who is asked gets an answer, of which the order hears. */
  async function answerBank(gateway: string, customer: Customer, passes: boolean) {
    if (gateway === "stripe") {
      stripe.double.answerBank(passes);
      return pay(customer, {});
    }
    return pay(customer, { paymentMethod: passes ? "pm_simulated_bank_passed" : "pm_simulated_bank_refused" });
  }

  for (const gateway of ["simulated", "stripe"] as const) {
    describe(`at ${gateway}`, () => {
      beforeEach(() => stripe.configure(gateway));

      it("is charged once the customer has passed their bank's question", async () => {
        const customer = await order(ASKS);
        const asked = await paymentOf(customer);

        const answer = await answerBank(gateway, customer, true);
        await runWorkflow(customer as never);

        expect(asked).to.include({ status: "ACTION_REQUIRED", triesLeft: 4 });
        expect(asked.clientSecret).to.match(/^(simulated_|pi_)/);
        expect(answer).to.include({ status: "PROCESSING", orderId: customer.orderId });
        expect(await endOf(customer)).to.deep.equal(["COMPLETED", undefined, 1, 0]);
        expect(await paymentOf(customer)).to.deep.equal({ status: "PAID", ...UNCHARGED, charged: 10 });
      });

      it("is charged by another card once the customer's bank has refused, or the first card was declined", async () => {
        for (const first of [ASKS, DECLINED]) {
          const customer = await order(first);
          if (first === ASKS) {
            await answerBank(gateway, customer, false);
            await runWorkflow(customer as never);
          }
          const declined = await paymentOf(customer);

          await pay(customer, { paymentMethod: GOOD });
          await runWorkflow(customer as never);

          expect(declined).to.include({ status: "PAYMENT_METHOD_REQUIRED", declineReason: "PAYMENT_DECLINED" });
          const [status, reason] = await endOf(customer);
          expect([status, reason]).to.deep.equal(["COMPLETED", undefined]);
        }
      });

      for (const [method, reason] of [
        [ASKS, "PAYMENT_NOT_COMPLETED"],
        [DECLINED, "PAYMENT_DECLINED"],
      ] as const) {
        it(`fails with ${reason} when nobody acts before the deadline, and releases the stock`, async () => {
          process.env.PAYMENT_DEADLINE_MINUTES = "0.0001";
          const stock = await table().stockOf("PLENTY");
          const customer = await placeAtStorefront({ PLENTY: 1 }, method);

          await eventually(async () => expect(await runWorkflow(customer as never)).to.equal("EndOrder"));

          expect(await endOf(customer)).to.deep.equal(["FAILED", reason, 0, 0]);
          expect(await paymentOf(customer)).to.deep.equal({ status: "CANCELLED", ...UNCHARGED });
          expect(await table().stockOf("PLENTY")).to.equal(stock);
          expect(await pay(customer, { paymentMethod: GOOD })).to.include({ status: 409 });
        });
      }

      it("is charged if the bank was passed in time, but only the deadline finds it", async () => {
        if (gateway === "simulated") return; // its bank has no way of its own
        process.env.PAYMENT_DEADLINE_MINUTES = "0.0001";
        const customer = await placeAtStorefront({ PLENTY: 1 }, ASKS);
        await runSteps(customer.orderId, "BeginOrder", "ReserveStock", "ChargePayment");
        stripe.double.answerBank(true);

        await runWorkflow(customer as never);

        expect(await endOf(customer)).to.deep.equal(["COMPLETED", undefined, 1, 0]);
      });

      it("is charged if the bank is passed when the order is about to be undone", async () => {
        if (gateway === "simulated") return; // its bank has no way of its own
        const customer = await order(ASKS);
        stripe.double.answerBank(true);

        await undo(customer.orderId, "PAYMENT_NOT_COMPLETED");
        await runWorkflow(customer as never);

        expect(await endOf(customer)).to.deep.equal(["COMPLETED", undefined, 1, 0]);
      });

      it("fails at once with the decline of the last try", async () => {
        process.env.PAYMENT_TRIES = "2";
        const customer = await order(DECLINED);

        const accepted = await pay(customer, { paymentMethod: DECLINED });
        await runWorkflow(customer as never);
        const refused = await pay(customer, { paymentMethod: GOOD });

        expect([accepted.orderId, refused.status]).to.deep.equal([customer.orderId, 409]);
        expect(await endOf(customer)).to.deep.equal(["FAILED", "PAYMENT_DECLINED", 0, 0]);
      });

      it("may not be tried with one more card while the bank asks about the last one", async () => {
        process.env.PAYMENT_TRIES = "1";
        const customer = await order(ASKS);

        const refused = await pay(customer, { paymentMethod: GOOD });

        expect(refused).to.include({ status: 422, type: "urn:orders:problem:payment-tries-used-up" });
      });

      it("fails at once if the back office placed the order, for nobody is there", async () => {
        const orders = [DECLINED, ASKS].map((method) => placeDirectly({ PLENTY: 1 }, method));
        for (const orderId of await Promise.all(orders)) {
          await runWorkflow({ orderId });

          expect(await endOf({ orderId, token: "" })).to.deep.equal(["FAILED", "PAYMENT_DECLINED", 0, 0]);
        }
      });

      it("is never charged after the order was cancelled", async () => {
        const customer = await order(ASKS);
        await requestCancel(customer.orderId);
        await runWorkflow(customer as never);

        const refused = await pay(customer, { paymentMethod: GOOD });
        await runWorkflow(customer as never);

        expect(refused.status).to.equal(409);
        expect(await endOf(customer)).to.deep.equal(["CANCELLED", undefined, 0, 0]);
      });
    });
  }

  it("takes no other card at Stripe while the bank asks about one, and uses up no try", async () => {
    stripe.configure("stripe");
    const customer = await order(ASKS);

    const refused = await pay(customer, { paymentMethod: GOOD });

    expect(refused).to.include({ status: 409, type: "urn:orders:problem:wrong-status" });
    expect(await paymentOf(customer)).to.include({ status: "ACTION_REQUIRED", triesLeft: 4 });
  });

  it("is charged by a ConfirmationToken, and by another one if the first is too old", async () => {
    stripe.configure("stripe");
    const customer = await order("ctoken_old");
    const declined = await paymentOf(customer);

    await pay(customer, { paymentMethod: stripe.double.confirmationToken(GOOD) });
    await runWorkflow(customer as never);

    expect(declined).to.include({ status: "PAYMENT_METHOD_REQUIRED" });
    expect(await endOf(customer)).to.deep.equal(["COMPLETED", undefined, 1, 0]);
  });

  it("is not found without the order's token, or with another's", async () => {
    const [customer, other] = [await order(DECLINED), await order(DECLINED)];
    const body = { paymentMethod: GOOD };
    const unknown = await pay({ ...customer, orderId: "0192c1a0-0000-7000-8000-000000000000" }, body);

    for (const token of ["", "none", other.token, `${customer.token}x`]) {
      expect(await pay({ ...customer, token }, body)).to.deep.equal(unknown);
    }
    expect(unknown.status).to.equal(404);
  });

  it("is tried once by a repeated request, which shows the order as it is then, and never by its key for another card", async () => {
    const customer = await order(DECLINED);
    const again = { paymentMethod: GOOD };

    const answers = [await pay(customer, again, "key"), await pay(customer, again, "key")];
    await runWorkflow(customer as never);
    answers.push(await pay(customer, again, "key"));

    expect(answers.map(({ payment }) => payment)).to.deep.equal([
      { status: "PROCESSING", ...UNCHARGED },
      { status: "PROCESSING", ...UNCHARGED },
      { status: "PAID", ...UNCHARGED, charged: 10 },
    ]);
    expect(await pay(customer, { paymentMethod: DECLINED }, "key")).to.include({ status: 422 });
    expect((await table().records(customer.orderId)).charge.tries).to.equal(2);
  });

  it("is tried with one card of two that are sent at once", async () => {
    const customer = await order(DECLINED);

    const answers = await Promise.all([GOOD, GOOD].map((paymentMethod) => pay(customer, { paymentMethod })));
    await Promise.all([runWorkflow(customer as never), runWorkflow(customer as never)]);

    expect(answers.map(({ status }) => status)).to.have.members(["PROCESSING", 409]);
    expect(await endOf(customer)).to.deep.equal(["COMPLETED", undefined, 1, 0]);
  });

  describe("wakes the execution that waits", () => {
    const ANSWERED = JSON.stringify({ outcome: "ANSWERED" });

    it("when the customer acts", async () => {
      for (const body of [{}, { paymentMethod: GOOD }]) {
        const customer = await order(ASKS);
        await awaitCustomer({ ...customer, correlationId: "test" }, "task");
        const before = told();

        await pay(customer, body);

        expect([before, told()]).to.deep.equal([[], [["task", ANSWERED]]]);
        tasks.resetHistory();
      }
    });

    it("also after somebody else has looked at the payment, and tells it once", async () => {
      const customer = await order(ASKS);
      await awaitCustomer({ ...customer, correlationId: "test" }, "task");
      await runSteps(customer.orderId, "ChargePayment");

      for (let time = 1; time <= 2; time++) await pay(customer, {});

      expect(told()).to.deep.equal([["task", ANSWERED]]);
    });

    it("when the order was cancelled", async () => {
      const customer = await order(ASKS);
      await awaitCustomer({ ...customer, correlationId: "test" }, "task");

      await requestCancel(customer.orderId);
      await runWorkflow(customer as never);

      expect(told()).to.deep.equal([["task", ANSWERED]]);
    });

    it("when the request is repeated, as the first one may have crashed before", async () => {
      const customer = await order(ASKS);
      await awaitCustomer({ ...customer, correlationId: "test" }, "task");
      tasks.on(SendTaskSuccessCommand).rejectsOnce(new Error("crash"));

      const answers = [
        await pay(customer, { paymentMethod: GOOD }, "key-2"),
        await pay(customer, { paymentMethod: GOOD }, "key-2"),
      ];

      expect(answers.map(({ status }) => status)).to.deep.equal([500, "PROCESSING"]);
      expect(told()).to.deep.equal([
        ["task", ANSWERED],
        ["task", ANSWERED],
      ]);
    });

    it("at once if the customer acted before it waited", async () => {
      for (const body of [{}, { paymentMethod: GOOD }]) {
        const customer = await order(ASKS);
        await pay(customer, body);

        const { outcome } = await awaitCustomer({ ...customer, correlationId: "test" }, "task");

        expect([outcome, told()]).to.deep.equal(["ANSWERED", [["task", ANSWERED]]]);
        tasks.resetHistory();
      }
    });

    it("when Stripe has news, but not when it only repeats what is known", async () => {
      stripe.configure("stripe");
      const [asked, declined] = [await order(ASKS), await order(DECLINED)];
      const outcomes: string[] = [];
      const hear = async (customer: Customer) => {
        const input = { ...customer, correlationId: "test" };
        outcomes.push((await settle(input)).outcome);
      };
      await awaitCustomer({ ...asked, correlationId: "test" }, "task");

      await hear(asked);
      await hear(declined);
      stripe.double.answerBank(true);
      await hear(asked);
      await runWorkflow(asked as never);
      await hear(asked);

      expect(outcomes).to.deep.equal(["AWAITING_CUSTOMER", "AWAITING_CUSTOMER", "ANSWERED", "NOT_AWAITED"]);
      expect(told()).to.deep.equal([["task", ANSWERED]]);
      expect((await endOf(asked))[0]).to.equal("COMPLETED");
    });
  });

  describe("comes to one charge or none", () => {
    for (const call of [0, 1, 2, 3]) {
      it(`if a request for another card crashes at its table call ${call + 1}, and is repeated`, async () => {
        const customer = await order(DECLINED);
        const key = randomUUID();
        const crash = () => Promise.reject(new Error("crash"));

        const crashed = await interruptAtCall(call, crash, async () => {
          await pay(customer, { paymentMethod: GOOD }, key);
        }).catch(() => "fewer calls");
        const answer = await pay(customer, { paymentMethod: GOOD }, key);
        await runWorkflow(customer as never);

        expect(crashed).to.equal(call < 3 ? undefined : "fewer calls");
        expect(answer.orderId).to.equal(customer.orderId);
        expect(await endOf(customer)).to.deep.equal(["COMPLETED", undefined, 1, 0]);
      });
    }

    for (const gateway of ["simulated", "stripe"] as const) {
      for (const method of [GOOD, ASKS, DECLINED]) {
        for (const call of [0, 1, 2, 3]) {
          it(`if a charge of ${method} at ${gateway} crashes at its table call ${call + 1}, and another card is tried`, async () => {
            stripe.configure(gateway);
            const customer = await order(DECLINED);
            await pay(customer, { paymentMethod: method });

            await interruptAtCall(
              call,
              () => Promise.reject(new Error("crash")),
              () => stepOutcome(customer.orderId, "ChargePayment"),
            ).catch(() => {});
            await runWorkflow(customer as never);
            if (method === ASKS) {
              await answerBank(gateway, customer, false);
              await runWorkflow(customer as never);
            }
            await pay(customer, { paymentMethod: GOOD });
            await runWorkflow(customer as never);

            expect(await endOf(customer)).to.deep.equal(["COMPLETED", undefined, 1, 0]);
          });
        }

        for (const call of [0, 1, 2, 3, 4, 5]) {
          it(`if the deadline's undoing meets a try of ${method} at ${gateway} before its table call ${call + 1}`, async () => {
            stripe.configure(gateway);
            const customer = await order(DECLINED);
            const { orderId } = customer;

            await interruptAtCall(
              call,
              async () => {
                await pay(customer, { paymentMethod: method });
                await runSteps(orderId, "ChargePayment", "CompleteOrder");
              },
              () => undo(orderId, "PAYMENT_DECLINED", "ReleaseStock", "EndOrder"),
            );

            const [status, reason, charges, refunds] = await endOf(customer);
            expect([status, reason, Number(charges) - Number(refunds)]).to.be.deep.oneOf([
              ["COMPLETED", undefined, 1],
              ["FAILED", "PAYMENT_DECLINED", 0],
            ]);
          });
        }
      }
    }
  });
});
