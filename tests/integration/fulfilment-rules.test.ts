import { expect } from "chai";
import fc from "fast-check";
import type { FailureReason } from "../../domain/failure-reasons.ts";
import type { Order } from "../../domain/order.ts";
import { db } from "../../handlers/lib/db.ts";
import { settle } from "../../store/holds.ts";
import { placeDirectly, requestCancel, ship, stockProducts, useLocalTable } from "../support/in-process.ts";
import { expectConsistent } from "../support/order-invariants.ts";
import { recordsOf, type StoredItem } from "../support/table.ts";
import { runWorkflow, STEPS } from "../support/workflow.ts";

const PRODUCTS = ["A", "B"];
const NEVER_CHARGED = "pm_simulated_error_always";

const WRITES = new Set(["TransactWriteItemsCommand", "UpdateItemCommand", "PutItemCommand"]);

/** A test case. All operations run concurrently, interleaved call by call in any order. */
interface Scenario {
  stock: number[];
  orders: { lines: number[]; paymentMethod: string }[];
  operations: { kind: "execute" | "cancel" | "ship"; order: number }[];
  /** The most retries of a step. */
  retries: number;
  /** Percentages of DynamoDB calls whose request is lost, or whose response is. */
  lostRequests: number;
  lostResponses: number;
  /** Percentage of calls whose request is lost for the caller, but arrives later: half of them when all else is over. */
  lateRequests: number;
  /** Percentage of steps that time out but keep running. */
  timeouts: number;
  /** Percentage of steps at which the execution is stopped. */
  stops: number;
}

const percent = fc.constantFrom(0, 0, 5, 20);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  stock: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: PRODUCTS.length, maxLength: PRODUCTS.length }),
  orders: fc.array(
    fc.record({
      lines: fc.uniqueArray(fc.nat(PRODUCTS.length - 1), { minLength: 1 }),
      paymentMethod: fc.constantFrom(
        "pm_card_visa",
        "pm_card_visa",
        "pm_card_chargeDeclined",
        "pm_simulated_error_1",
        NEVER_CHARGED,
        "pm_simulated_crash_before_charge",
        "pm_simulated_crash_after_charge",
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  operations: fc.array(
    fc.record({
      kind: fc.constantFrom("execute", "execute", "execute", "cancel", "ship"),
      order: fc.constantFrom(0, 0, 0, 1),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  retries: fc.constantFrom(0, 0, 3),
  lostRequests: percent,
  lostResponses: percent,
  lateRequests: percent,
  timeouts: percent,
  stops: percent,
});

/** A failure from outside, which the code under test must not handle. */
class Crash extends Error {
  override readonly name = "Crash";
}

describe("Fulfilment under concurrency and failures", () => {
  // Calls are made in turn, so transactions need not take any time: there is nothing to conflict with.
  const table = useLocalTable({ transactionMs: 0 });
  const exit = process.exit;

  before(() => {
    process.exit = () => {
      throw new Crash("The process exits.");
    };
  });

  after(() => {
    process.exit = exit;
  });

  it("neither loses nor duplicates stock and money, and no order fails without a business reason", async () => {
    let last: Promise<void> | undefined;
    const property = fc.asyncProperty(scenario, fc.scheduler(), fc.infiniteStream(fc.nat(99)), (...args) => {
      last = play(...args);
      return last;
    });
    const runs = fc.assert(property, { numRuns: 1_000, interruptAfterTimeLimit: 25_000 });
    // The time limit doesn't stop the current scenario, which must finish before the hooks clean up.
    await runs.finally(() => Promise.allSettled([last]));
    await last;
  });

  /** Plays a scenario, and checks the invariants after every transaction and at the end. */
  async function play(scenario: Scenario, turns: fc.Scheduler, dice: Iterator<number>): Promise<void> {
    const orderIds = await place(scenario);
    const happens = (chance: number) => Number(dice.next().value) < chance;
    const running: Promise<unknown>[] = [];
    const snapshots: StoredItem[][] = [];
    const promised = new Map<string, string>();
    const stragglers: (() => Promise<unknown>)[] = [];

    db.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          inTurn(turns, async () => {
            if (happens(scenario.lostRequests)) throw new Crash("The request is lost.");
            if (happens(scenario.lateRequests)) {
              if (happens(50)) stragglers.push(() => next(args));
              else running.push(inTurn(turns, () => next(args)).catch(() => {}));
              throw new Crash("The request is late.");
            }
            const response = await next(args);
            if (WRITES.has(commandName ?? "")) snapshots.push(await table().items());
            if (happens(scenario.lostResponses)) throw new Crash("The response is lost.");
            return response;
          }),
      { step: "initialize", name: "turns" },
    );
    try {
      for (const { kind, order } of scenario.operations) {
        const orderId = orderIds[order % orderIds.length] as string;
        running.push({ execute, cancel, ship: shipping }[kind](orderId));
      }
      // Steps that time out are added while others are awaited.
      for (let count = 0; count < running.length; ) {
        count = running.length;
        await turns.waitFor(Promise.allSettled(running));
      }
    } finally {
      db.client.middlewareStack.remove("turns");
    }

    // As the sweeper does, now without failures.
    for (const [index, orderId] of orderIds.entries()) {
      if (scenario.orders[index]?.paymentMethod === NEVER_CHARGED) await table().expire(orderId);
      await runWorkflow({ orderId });
    }
    for (const arrive of stragglers) await arrive().catch(() => {});
    snapshots.push(await table().items());
    // As the next orders do.
    for (const productId of PRODUCTS) await settle(db, productId, await table().holdsOf(productId));
    const items = await table().items();
    for (const snapshot of [...snapshots, items]) expectExactSums(scenario, snapshot);
    for (const productId of PRODUCTS) expect(await table().holdsOf(productId), productId).to.deep.equal([]);
    for (const orderId of orderIds) {
      const records = recordsOf(orderId, items);
      expectConsistent(records);
      expect(records.order.status).to.equal(promised.get(orderId) ?? records.order.status);
      expect(records.order.failureReason).to.be.oneOf([undefined, "OUT_OF_STOCK", ...declinesOf(records.order)]);
    }

    function execute(orderId: string): Promise<unknown> {
      return new Promise((end) => {
        const invoke = (step: keyof typeof STEPS, data: object): Promise<unknown> => {
          if (happens(scenario.stops)) {
            end("stopped");
            return new Promise(() => {});
          }
          const result = STEPS[step](data);
          if (!happens(scenario.timeouts)) return result;
          running.push(result);
          return Promise.race([result, turns.schedule(Promise.resolve(), "time-out").then(timeOut)]);
        };
        runWorkflow({ orderId }, invoke, scenario.retries).then(end, end);
      });
    }

    async function cancel(orderId: string): Promise<unknown> {
      if (await requestCancel(orderId)) promised.set(orderId, "CANCELLED");
      return execute(orderId);
    }

    async function shipping(orderId: string): Promise<void> {
      if (await ship(orderId)) promised.set(orderId, "SHIPPED");
    }
  }

  /** Adds products to a new table, and places the scenario's orders. */
  async function place({ stock, orders }: Scenario): Promise<string[]> {
    await table().renew();
    // There must be enough of everything when an order is placed.
    await stockProducts(Object.fromEntries(PRODUCTS.map((productId) => [productId, 10])));
    const placed = orders.map(({ lines, paymentMethod }) =>
      placeDirectly(Object.fromEntries(lines.map((line) => [PRODUCTS[line], line + 1])), paymentMethod),
    );
    const orderIds = await Promise.all(placed);
    await stockProducts(Object.fromEntries(PRODUCTS.map((productId, index) => [productId, stock[index] ?? 0])));
    return orderIds;
  }
});

/** The reasons for which an order's payment method makes it fail. */
function declinesOf({ paymentMethod }: Order): FailureReason[] {
  if (paymentMethod === "pm_card_chargeDeclined") return ["PAYMENT_DECLINED"];
  return paymentMethod === NEVER_CHARGED ? ["UNAVAILABLE"] : [];
}

/** Schedules a call. The next call only starts when this one is done. */
function inTurn<T>(turns: fc.Scheduler, call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    turns.scheduleSequence([() => call().then(resolve, reject) as Promise<void>]);
  });
}

function timeOut(): never {
  throw Object.assign(new Error("The state took too long."), { name: "States.Timeout" });
}

/** The invariants of stock and charges, at any time. */
function expectExactSums({ stock }: Scenario, items: StoredItem[]): void {
  const reserved = items.filter(({ sk, status }) => sk === "RESERVATION" && status === "RESERVED");
  const lines = reserved.flatMap((item) => item.items as { productId: string; quantity: number }[]);
  for (const [index, productId] of PRODUCTS.entries()) {
    const product = items.find(({ pk, sk }) => pk === "PRODUCTS" && sk === productId);
    const taken = lines.filter((line) => line.productId === productId).reduce((sum, line) => sum + line.quantity, 0);
    const held = unnamedHolds(product, items).reduce((sum, hold) => sum + Number(hold.split("/").at(-1)), 0);
    expect(product?.stock).to.be.at.least(0);
    expect(Number(product?.stock) + taken + held, `stock, reservations and holds of ${productId}`).to.equal(
      stock[index],
    );
  }
  for (const { charges, refunds } of items.filter(({ sk }) => sk === "CHARGE")) {
    expect(charges).to.be.at.most(1);
    expect(refunds).to.be.at.most(Number(charges));
  }
}

/** The holds of a product that no reservation names: their units are neither in stock nor reserved. */
function unnamedHolds(product: StoredItem | undefined, items: StoredItem[]): string[] {
  const named = new Set(items.flatMap(({ sk, holds = [] }) => (sk === "RESERVATION" ? (holds as string[]) : [])));
  return [...((product?.holds as Set<string> | undefined) ?? [])].filter((hold) => !named.has(hold));
}
