import { AssertionError, expect } from "chai";
import fc from "fast-check";
import { needsWork } from "../../domain/order.ts";
import { db } from "../../handlers/lib/db.ts";
import { handler as listProducts } from "../../handlers/list-products.ts";
import { resume } from "../../store/attention.ts";
import { settle } from "../../store/holds.ts";
import { checkStock } from "../../store/stock-check.ts";
import { book, placeDirectly, requestCancel, ship, stockProducts, useLocalTable } from "../support/in-process.ts";
import { expectConsistent } from "../support/order-invariants.ts";
import { recordsOf, type StoredItem } from "../support/table.ts";
import { runWorkflow } from "../support/workflow.ts";
import { plant, STOCK_BUGS } from "./stock-bugs.ts";

const PRODUCTS = ["A", "B"];
const RUNS = 300;

/** What happens in a shop, all at the same time. */
type Action =
  | { kind: "order"; units: number[]; paymentMethod: string }
  | { kind: "cancel" | "ship"; order: number }
  | { kind: "receive" | "break" | "lose"; product: number; units: number }
  | { kind: "count"; product: number };

interface Scenario {
  stock: number[];
  actions: Action[];
  /** What happens to the goods once they are sold. */
  losses: Action[];
}

const product = fc.nat(PRODUCTS.length - 1);
const units = fc.integer({ min: 1, max: 4 });
const loss: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom("break" as const, "lose" as const),
  product,
  units,
});
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      units: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2)),
      paymentMethod: fc.constantFrom("pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined"),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("cancel" as const, "ship" as const), order: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("receive" as const), product, units }) },
  { weight: 1, arbitrary: loss },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("count" as const), product }) },
);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  stock: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: PRODUCTS.length, maxLength: PRODUCTS.length }),
  actions: fc.array(action, { minLength: 3, maxLength: 8 }),
  losses: fc.array(loss, { maxLength: 3 }),
});

describe("The ledger of stock", () => {
  // Calls overlap, so there are conflicts.
  const table = useLocalTable({ transactionMs: 3 });

  it("sells nothing twice when goods are booked while orders come in", async () => {
    await table().renew();
    await stockProducts({ A: 5 });
    await runWorkflow({ orderId: await placeDirectly({ A: 3 }) });

    const statuses = [
      await book("A", { delta: 100, reason: "RECEIVED" }),
      await book("A", { count: 105, expected: 5, reason: "COUNTED" }),
      await book("A", { count: 104, expected: 105, reason: "COUNTED" }),
    ];

    expect(statuses).to.deep.equal([201, 409, 201]);
    expect(await shown("A")).to.include({ stock: 101, onHand: 104, reserved: 3 });
  });

  it("keeps exact sums, and sells nothing twice, whatever happens at the same time", async () => {
    const { property, settled } = scenarios();
    await fc.assert(property, { numRuns: RUNS, includeErrorInReport: true }).finally(settled);
  });

  for (const [what, bug] of Object.entries(STOCK_BUGS)) {
    it(`is caught when it ${what}`, async () => {
      const remove = plant(bug);
      const { property, settled } = scenarios();

      const { failed, errorInstance } = await fc.check(property, { numRuns: RUNS, endOnFailure: true });
      await settled();
      remove();

      expect(failed).to.equal(true);
      expect(errorInstance).to.be.instanceOf(AssertionError);
    });
  }

  /** A property of random scenarios. The last one may still be running when it is known to have failed. */
  function scenarios() {
    let last: Promise<void> | undefined;
    const property = fc.asyncProperty(scenario, fc.scheduler(), (...args) => {
      last = play(...args);
      return last;
    });
    return { property, settled: () => Promise.allSettled([last]) };
  }

  /** Plays a scenario: the calls of all actions begin in any order, and overlap. */
  async function play({ stock, actions, losses }: Scenario, turns: fc.Scheduler): Promise<void> {
    await table().renew();
    await stockProducts(Object.fromEntries(PRODUCTS.map((productId, index) => [productId, stock[index] ?? 0])));
    /** Units that broke or got lost, and those that are being packed. */
    const gone = new Units();
    const packed = new Units();
    const orders: Promise<string | undefined>[] = [];
    db.client.middlewareStack.add(
      (next) => async (args) => {
        await turns.schedule(Promise.resolve());
        return next(args);
      },
      { step: "initialize", name: "turns" },
    );
    try {
      await turns.waitFor(Promise.allSettled(actions.map(perform)));
    } finally {
      db.client.middlewareStack.remove("turns");
    }
    const orderIds = (await Promise.all(orders)).filter((orderId) => orderId !== undefined);

    // As the sweeper, a person and the next orders do.
    for (const orderId of orderIds) {
      const { order } = await table().records(orderId);
      if (order.attention && needsWork(order)) await resume(db, orderId);
      await runWorkflow({ orderId });
    }
    for (const productId of PRODUCTS) await settle(db, productId, await table().holdsOf(productId));
    for (const loss of losses) await perform(loss);
    for (const productId of PRODUCTS) expect(await count(productId)).to.equal(201);
    const items = await table().items();
    for (const orderId of orderIds) expectConsistent(recordsOf(orderId, items));
    for (const productId of PRODUCTS) expectExact(productId, items);
    expect(await checkStock(db)).to.deep.include({ differences: [], busy: [], missing: [] });

    // Short orders are shipped as well, first come, first served. Whatever is sold, and not known to be short, can be shipped.
    for (const isShort of [true, false]) {
      for (const orderId of orderIds) {
        const items = await table().items();
        const { order } = recordsOf(orderId, items);
        if (order.status !== "COMPLETED" || (order.attention !== undefined) !== isShort) continue;
        const isThere = order.items.every(({ productId, quantity }) => onShelf(productId, items) >= quantity);
        if (isShort && !isThere) continue;
        expect(await ship(orderId)).to.equal(true);
      }
    }
    const shipped = await table().items();
    for (const productId of PRODUCTS) {
      expect(onShelf(productId, shipped), `units of ${productId} on the shelf`).to.be.at.least(0);
      expect((await shown(productId)).onHand).to.equal(onShelf(productId, shipped));
    }

    async function perform(action: Action): Promise<unknown> {
      switch (action.kind) {
        case "order": {
          const placed = place(action.units, action.paymentMethod);
          orders.push(placed);
          const orderId = await placed;
          return orderId && runWorkflow({ orderId });
        }
        case "cancel": {
          const orderId = await orders[action.order];
          return orderId && (await requestCancel(orderId)) && runWorkflow({ orderId });
        }
        case "ship": {
          const orderId = await orders[action.order];
          return orderId && pack(orderId);
        }
        case "receive":
          return book(PRODUCTS[action.product] ?? "", { delta: action.units, reason: "RECEIVED" });
        case "break":
        case "lose": {
          const productId = PRODUCTS[action.product] ?? "";
          const units = Math.min(action.units, free(productId, await table().items()));
          gone.add(productId, units);
          return action.kind === "break" && units > 0 && book(productId, { delta: -units, reason: "DAMAGED" });
        }
        case "count":
          return count(PRODUCTS[action.product] ?? "");
      }
    }

    /** Somebody packs what is there, finds what isn't, books none of that, and then marks the order as shipped. */
    async function pack(orderId: string): Promise<void> {
      const items = await table().items();
      const { order } = recordsOf(orderId, items);
      for (const { productId, quantity } of order.items) {
        gone.add(productId, -Math.max(0, quantity - free(productId, items)));
        packed.add(productId, quantity);
      }
      await ship(orderId);
      for (const { productId, quantity } of order.items) packed.add(productId, -quantity);
    }

    /** Somebody reads what should be there, and counts what is. */
    async function count(productId: string): Promise<number> {
      const { onHand: expected } = await shown(productId);
      const counted = onShelf(productId, await table().items());
      return book(productId, { count: counted, expected, reason: "COUNTED" });
    }

    /** What is really there: what came, without what broke, got lost or left. */
    function onShelf(productId: string, items: StoredItem[]): number {
      const came = bookingsOf(productId, items).filter(({ reason }) => reason === "RECEIVED");
      return sum(came, "delta") - unitsIn(productId, items, "SHIPPED") - gone.of(productId);
    }

    function free(productId: string, items: StoredItem[]): number {
      return onShelf(productId, items) - packed.of(productId);
    }
  }
});

async function place([a, b]: number[], paymentMethod: string): Promise<string | undefined> {
  return placeDirectly({ ...(a && { A: a }), ...(b && { B: b }) }, paymentMethod);
}

async function shown(productId: string): Promise<{ stock: number; onHand: number; reserved: number }> {
  return JSON.parse((await listProducts({ pathParameters: { productId } })).body);
}

/** The counters are what bookings and orders say, to the unit. */
function expectExact(productId: string, items: StoredItem[]): void {
  const product = items.find(({ pk, sk }) => pk === "PRODUCTS" && sk === productId);
  const left = sum(bookingsOf(productId, items), "delta") - unitsIn(productId, items, "SHIPPED");
  expect(product?.onHand, `units of ${productId} on hand`).to.equal(left);
  expect(product?.stock, `available units of ${productId}`).to.equal(left - unitsIn(productId, items, "COMPLETED"));
  const hasLosses = bookingsOf(productId, items).some(({ delta }) => Number(delta) < 0);
  if (!hasLosses) expect(product?.stock).to.be.at.least(0);
}

function bookingsOf(productId: string, items: StoredItem[]): StoredItem[] {
  return items.filter(({ pk }) => pk === `STOCK#${productId}`);
}

function unitsIn(productId: string, items: StoredItem[], status: string): number {
  const orders = items.filter((item) => item.sk === "ORDER" && item.status === status);
  const lines = orders.flatMap((order) => order.items as StoredItem[]);
  return sum(
    lines.filter((line) => line.productId === productId),
    "quantity",
  );
}

function sum(items: StoredItem[], field: string): number {
  return items.reduce((total, item) => total + Number(item[field]), 0);
}

class Units extends Map<string, number> {
  of(productId: string): number {
    return this.get(productId) ?? 0;
  }

  add(productId: string, units: number): void {
    this.set(productId, this.of(productId) + units);
  }
}
