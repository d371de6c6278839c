import { expect } from "chai";
import fc from "fast-check";
import { db } from "../../handlers/lib/db.ts";
import { placeDirectly, requestCancel, ship, stockProducts, storyOf } from "../support/fulfilment.ts";
import { checkEnd } from "../support/order-end.ts";
import { type StoredItem, useTable } from "../support/table.ts";
import { runWorkflow, STEPS } from "../support/workflow.ts";

const PRODUCTS = ["A", "B"];

/** What happens to orders in a test case: all of it at once, call by call in any order. */
interface Story {
  stock: number[];
  orders: { lines: number[]; paymentMethod: string }[];
  operations: { kind: "execute" | "cancel" | "ship"; order: number }[];
  /** How often the workflow tries a step again at most. */
  retries: number;
  /** In percent of the calls to DynamoDB: those that are lost on the way there, and on the way back. */
  lost: number;
  unanswered: number;
  /** In percent of the steps: those that the workflow gives up while they still run. */
  late: number;
  /** In percent of the steps: those at which the execution itself ends. */
  killed: number;
}

const percent = fc.constantFrom(0, 0, 5, 20);
const story: fc.Arbitrary<Story> = fc.record({
  stock: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: PRODUCTS.length, maxLength: PRODUCTS.length }),
  orders: fc.array(
    fc.record({
      lines: fc.uniqueArray(fc.nat(PRODUCTS.length - 1), { minLength: 1 }),
      paymentMethod: fc.constantFrom(
        "pm_card_visa",
        "pm_card_visa",
        "pm_card_chargeDeclined",
        "pm_simulated_error_1",
        "pm_simulated_error_always",
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
  lost: percent,
  unanswered: percent,
  late: percent,
  killed: percent,
});

/** An outside end of what runs: nothing of ours may catch it. */
class Crash extends Error {
  override readonly name = "Crash";
}

describe("Fulfilment, whatever happens at once", () => {
  const table = useTable();
  const exit = process.exit;

  before(() => {
    process.exit = () => {
      throw new Crash("The process exits.");
    };
  });

  after(() => {
    process.exit = exit;
  });

  it("neither loses nor doubles stock and money, and brings every order to its end", async function () {
    this.timeout(90_000);
    let last: Promise<void> | undefined;
    const rule = fc.asyncProperty(story, fc.scheduler(), fc.infiniteStream(fc.nat(99)), (...args) => {
      last = play(...args);
      return last;
    });
    const stories = fc.assert(rule, { numRuns: 1_000, interruptAfterTimeLimit: 25_000 });
    // The story that time interrupts goes on. It may not meet a process without what is set up here.
    await stories.finally(() => Promise.allSettled([last]));
    await last;
  });

  /** Plays a story, and checks what holds at each of its moments and at its end. */
  async function play(story: Story, turns: fc.Scheduler, dice: Iterator<number>): Promise<void> {
    const orderIds = await place(story);
    const happens = (chance: number) => Number(dice.next().value) < chance;
    const running: Promise<unknown>[] = [];
    const snapshots: StoredItem[][] = [];
    const promised = new Map<string, string>();

    db.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          inTurn(turns, async () => {
            if (happens(story.lost)) throw new Crash("The request is lost.");
            const answer = await next(args);
            if (commandName === "TransactWriteItemsCommand") snapshots.push(await table().items());
            if (happens(story.unanswered)) throw new Crash("The answer is lost.");
            return answer;
          }),
      { step: "initialize", name: "turns" },
    );
    try {
      for (const { kind, order } of story.operations) {
        const orderId = orderIds[order % orderIds.length] as string;
        running.push({ execute, cancel, ship: shipping }[kind](orderId));
      }
      // Steps that the workflow gives up join in meanwhile.
      for (let count = 0; count < running.length; ) {
        count = running.length;
        await turns.waitFor(Promise.allSettled(running));
      }
    } finally {
      db.client.middlewareStack.remove("turns");
    }

    // What the sweeper does, when nothing fails any more.
    for (const orderId of orderIds) await runWorkflow({ orderId });
    const items = await table().items();
    for (const moment of [...snapshots, items]) checkNumbers(story, moment);
    for (const orderId of orderIds) {
      const end = storyOf(orderId, items);
      checkEnd(end);
      expect(end.order.status).to.equal(promised.get(orderId) ?? end.order.status);
    }

    function execute(orderId: string): Promise<unknown> {
      return new Promise((end) => {
        const invoke = (step: keyof typeof STEPS, data: object): Promise<unknown> => {
          if (happens(story.killed)) {
            end("killed");
            return new Promise(() => {});
          }
          const result = STEPS[step](data);
          if (!happens(story.late)) return result;
          running.push(result);
          return Promise.race([result, turns.schedule(Promise.resolve(), "time-out").then(timeOut)]);
        };
        runWorkflow({ orderId }, invoke, story.retries).then(end, end);
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

  /** Puts products into a new table, and places the story's orders. */
  async function place({ stock, orders }: Story): Promise<string[]> {
    await table().renew();
    await stockProducts(Object.fromEntries(PRODUCTS.map((productId, index) => [productId, stock[index] ?? 0])));
    const placed = orders.map(({ lines, paymentMethod }) =>
      placeDirectly(Object.fromEntries(lines.map((line) => [PRODUCTS[line], line + 1])), paymentMethod),
    );
    return Promise.all(placed);
  }
});

/** Lets a call be made when it's its turn. The next one has to wait until this one is done. */
function inTurn<T>(turns: fc.Scheduler, call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    turns.scheduleSequence([() => call().then(resolve, reject) as Promise<void>]);
  });
}

function timeOut(): never {
  throw Object.assign(new Error("The state took too long."), { name: "States.Timeout" });
}

/** What holds at any moment. */
function checkNumbers({ stock }: Story, items: StoredItem[]): void {
  const reserved = items.filter(({ sk, status }) => sk === "RESERVATION" && status === "RESERVED");
  const lines = reserved.flatMap((item) => item.items as { productId: string; quantity: number }[]);
  for (const [index, productId] of PRODUCTS.entries()) {
    const product = items.find(({ pk, sk }) => pk === "PRODUCTS" && sk === productId);
    const taken = lines.filter((line) => line.productId === productId).reduce((sum, line) => sum + line.quantity, 0);
    expect(product?.stock).to.be.at.least(0);
    expect(Number(product?.stock) + taken, `stock and reservations of ${productId}`).to.equal(stock[index]);
  }
  for (const { charges, refunds } of items.filter(({ sk }) => sk === "CHARGE")) {
    expect(charges).to.be.at.most(1);
    expect(refunds).to.be.at.most(Number(charges));
  }
}
