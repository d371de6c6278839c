import { expect } from "chai";
import fc from "fast-check";
import { db } from "../../handlers/lib/db.ts";
import { handler as listProducts } from "../../handlers/list-products.ts";
import { correctStock } from "../../store/correct-stock.ts";
import { settle } from "../../store/holds.ts";
import { checkStock } from "../../store/stock-check.ts";
import { book, placeDirectly, requestCancel, ship, useLocalTable } from "../support/in-process.ts";
import { runWorkflow, STEPS } from "../support/workflow.ts";
import * as before from "./functions-0.1.ts";

type Action = { kind: "order"; units: number; declined: boolean } | { kind: "cancel" | "ship"; order: number };

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("order" as const),
        units: fc.nat(2).map((n) => n + 1),
        declined: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom("cancel" as const, "ship" as const), order: fc.nat(3) }),
    },
  ),
  { minLength: 2, maxLength: 6 },
);

describe("Stock of version 0.1", () => {
  const table = useLocalTable({ transactionMs: 3 });

  it("can't be booked until what was reserved of it is counted", async () => {
    await table().renew();
    await addProduct(5);
    const orderId = await placeDirectly({ A: 3 });
    await runWorkflow(
      { orderId },
      withOld(() => true),
    );

    const early = await book("A", { delta: 10, reason: "RECEIVED" });
    const hidden = await shown();
    const { differences } = await checkStock(db);
    for (const difference of differences) await correctStock(db, difference);
    const later = await book("A", { delta: 10, reason: "RECEIVED" });

    expect([early, later]).to.deep.equal([409, 201]);
    expect(hidden).to.include({ stock: 2 }).and.not.have.any.keys("onHand", "reserved");
    expect(await shown()).to.include({ stock: 12, onHand: 15, reserved: 3 });
  });

  it("stays exact while functions of both versions work on it, and is counted right afterwards", async () => {
    const initial = fc.integer({ min: 1, max: 9 });
    const isOld = fc.infiniteStream(fc.boolean());
    const property = fc.asyncProperty(initial, actions, actions, fc.scheduler(), isOld, play);
    await fc.assert(property, { numRuns: 30, includeErrorInReport: true });
  });

  /** An upgrade; and another one, after a rollback. */
  async function play(
    initial: number,
    first: Action[],
    second: Action[],
    turns: fc.Scheduler,
    dice: Iterator<boolean>,
  ) {
    await table().renew();
    await addProduct(initial);
    const isOld = () => Boolean(dice.next().value);
    for (const actions of [first, second]) {
      await perform(actions, turns, isOld);
      await settle(db, "A", await table().holdsOf("A"));
      const { completed, shipped } = await units();
      expect(await table().stockOf("A"), "available units").to.equal(initial - completed - shipped);

      for (const difference of (await checkStock(db)).differences)
        expect(await correctStock(db, difference)).to.equal(true);

      expect(await shown()).to.include({
        stock: initial - completed - shipped,
        onHand: initial - shipped,
        reserved: completed,
      });
      expect(await checkStock(db)).to.deep.include({ products: 1, differences: [], busy: [], missing: [] });
    }
  }

  async function perform(actions: Action[], turns: fc.Scheduler, isOld: () => boolean): Promise<void> {
    const orders: Promise<string | undefined>[] = [];
    const run = (orderId: string | undefined) => orderId && runWorkflow({ orderId }, withOld(isOld));
    db.client.middlewareStack.add(
      (next) => async (args) => {
        await turns.schedule(Promise.resolve());
        return next(args);
      },
      { step: "initialize", name: "turns" },
    );
    const running = actions.map(async (action) => {
      if (action.kind === "order") {
        const placed = placeDirectly({ A: action.units }, action.declined ? "pm_card_chargeDeclined" : "pm_card_visa");
        orders.push(placed);
        return run(await placed);
      }
      const orderId = await orders[action.order];
      if (orderId === undefined) return;
      if (action.kind === "ship") return isOld() ? before.ship(orderId) : ship(orderId);
      return (await requestCancel(orderId)) && run(orderId);
    });
    await turns.waitFor(Promise.allSettled(running)).finally(() => db.client.middlewareStack.remove("turns"));
    // As the sweeper does.
    for (const placed of orders) await run(await placed);
  }

  /** As version 0.1 added it. */
  async function addProduct(stock: number): Promise<void> {
    await table().put({ pk: "PRODUCTS", sk: "A", name: "A", priceMinor: 1_000, stock, version: 1 });
  }

  /** Units of orders that are completed, and of those that are shipped. */
  async function units(): Promise<{ completed: number; shipped: number }> {
    const orders = (await table().items()).filter(({ sk }) => sk === "ORDER");
    const of = (wanted: string) =>
      orders
        .filter(({ status }) => status === wanted)
        .flatMap(({ items }) => items as { quantity: number }[])
        .reduce((sum, { quantity }) => sum + quantity, 0);
    return { completed: of("COMPLETED"), shipped: of("SHIPPED") };
  }

  async function shown(): Promise<object> {
    return JSON.parse((await listProducts({ pathParameters: { productId: "A" } })).body);
  }
});

/** Runs some steps as version 0.1 did. */
function withOld(isOld: () => boolean): NonNullable<Parameters<typeof runWorkflow>[1]> {
  return (step, data) => {
    const { orderId } = data as { orderId: string };
    if (step === "ReserveStock" && isOld()) return before.reserveStock(orderId);
    if (step === "ReleaseStock" && isOld()) return before.releaseStock(orderId);
    return STEPS[step](data);
  };
}
