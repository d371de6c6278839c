import { type Percentiles, percentiles, type Ratio, ratioOfMedians } from "../../statistics.ts";
import { timedCall } from "../api.ts";
import { interleave } from "../interleave.ts";
import { callFloor, pathOfPage, placeOrder } from "../orders.ts";
import type { StackContext } from "../part.ts";
import { floorOf } from "../stack.ts";

/** Latencies of sequential requests, interleaved with the floor's. */
export interface Latencies {
  rounds: number;
  requests: { name: string; ms: Percentiles; floor: Floor; toFloor: Ratio }[];
  /** The 20th page of a list compared with its first. */
  pages: Ratio;
}

/** The baseline of a request: for lists, a query for as many orders as a page has; for all else, one written item. */
type Floor = "floor" | "floor of a list";

const PAGE = 20;

export async function measureLatencies({ stack, plan, progress }: StackContext): Promise<Latencies> {
  const { orderId } = await placeOrder(stack);
  const read = (path: string) => async () => (await timedCall(stack.backOffice, "GET", path)).ms;
  const first = "/orders?limit=20";
  const last = await pathOfPage(stack.backOffice, first, PAGE);
  const tasks = {
    floor: () => callFloor(stack),
    "floor of a list": async () => (await timedCall(floorOf(stack), "GET", "/products")).ms,
    "POST /orders": async () => (await placeOrder(stack)).ms,
    "GET /orders/{orderId}": read(`/orders/${orderId}`),
    "GET /orders, page 1": read(first),
    [`GET /orders, page ${PAGE}`]: read(last),
    "GET /products": read("/products"),
  };
  const rounds = plan.latencyRounds;
  const warmUp = Math.ceil(rounds / 10);
  const onRound = (done: number) => progress(`round ${done} of ${rounds + warmUp}`);
  const values = await interleave(tasks, { rounds, warmUp, onRound });
  return {
    rounds,
    requests: Object.entries(values).map(([name, ms]) => {
      const floor = isList(name) ? "floor of a list" : "floor";
      return { name, ms: percentiles(ms), floor, toFloor: ratioOfMedians(ms, values[floor]) };
    }),
    pages: ratioOfMedians(values[`GET /orders, page ${PAGE}`] as number[], values["GET /orders, page 1"]),
  };
}

/** Whether a request returns a page of a list. */
function isList(name: string): boolean {
  return name.startsWith("GET /orders, page") || name === "GET /products";
}
