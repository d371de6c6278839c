import type { OpenStack, Stack } from "../../../stacks/stack.ts";
import { median, type Ratio, ratioOfMedians } from "../../statistics.ts";
import { timedCall } from "../api.ts";
import { fillOrders, fillProducts } from "../fill.ts";
import { interleave, type Task } from "../interleave.ts";
import { callFloor, pathOfPage, placeOrder } from "../orders.ts";
import type { StackContext } from "../part.ts";
import type { Size } from "../plan.ts";
import { openBenchStack, stopFulfilment } from "../stack.ts";

/** The same requests with few and with many orders and products in the table. */
export interface Scale {
  small: Size;
  large: Size;
  rounds: number;
  /** Seconds it took to fill the large table. */
  fillSeconds: number;
  /** Medians, in milliseconds. */
  requests: { name: string; smallMs: number; largeMs: number; ratio: Ratio }[];
}

/** Uses two stacks, each on its own emulator, so that their requests can alternate. */
export async function measureScale({ plan, progress, signal }: Omit<StackContext, "stack">): Promise<Scale> {
  const { scaleSmall: small, scaleLarge: large, scaleRounds: rounds } = plan;
  const stacks: OpenStack[] = [];
  let fillSeconds = 0;
  try {
    for (const [size, { orders, products }] of Object.entries({ small, large })) {
      const stack = await openBenchStack(`bench-${size}`, signal);
      stacks.push(stack);
      await stopFulfilment(stack);
      const start = performance.now();
      await fillProducts(stack, products, (done) => progress(`${done} of ${products} products written`));
      await fillOrders(stack, orders, (done) => progress(`${done} of ${orders} orders written`));
      fillSeconds = (performance.now() - start) / 1_000;
    }
    const [few, many] = (await Promise.all(stacks.map(requestsTo))) as [Requests, Requests];
    const warmUp = Math.ceil(rounds / 10);
    const onRound = (done: number) => progress(`round ${done} of ${rounds + warmUp}`);
    const tasks = { ...named("small", few), ...named("large", many) };
    const values = await interleave(tasks, { rounds, warmUp, onRound });
    return {
      small,
      large,
      rounds,
      fillSeconds,
      requests: Object.keys(few).map((name) => {
        const [ofFew, ofMany] = ["small", "large"].map((size) => values[`${size} ${name}`]) as [number[], number[]];
        return { name, smallMs: median(ofFew), largeMs: median(ofMany), ratio: ratioOfMedians(ofMany, ofFew) };
      }),
    };
  } finally {
    for (const stack of stacks) await stack.destroy();
  }
}

type Requests = Record<string, Task>;

async function requestsTo(stack: Stack): Promise<Requests> {
  const { orderId } = await placeOrder(stack);
  const { storefront, backOffice } = stack;
  const read =
    (path: string, api = backOffice) =>
    async () =>
      (await timedCall(api, "GET", path)).ms;
  const orders = "/orders?limit=20";
  const products = "/products?limit=20";
  return {
    floor: () => callFloor(stack),
    "POST /orders": async () => (await placeOrder(stack)).ms,
    "GET /orders/{orderId}": read(`/orders/${orderId}`),
    "GET /orders": read(orders),
    "GET /orders, page 5": read(await pathOfPage(backOffice, orders, 5)),
    "GET /orders?status=": read("/orders?status=COMPLETED&limit=20"),
    "GET /orders?customerId=": read("/orders?customerId=CUST-3&limit=20"),
    "GET /products": read(products, storefront),
    "GET /products, last page": read(await pathOfPage(storefront, products), storefront),
  };
}

function named(size: string, requests: Requests): Requests {
  return Object.fromEntries(Object.entries(requests).map(([name, task]) => [`${size} ${name}`, task]));
}
