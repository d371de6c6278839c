import { setTimeout as sleep } from "node:timers/promises";
import { latencyOf } from "../../../domain/order.ts";
import { type Api, backOfficeClient, bodyOf } from "../../../stacks/api-client.ts";
import { percentile } from "../../statistics.ts";
import { placeOrder } from "../orders.ts";
import type { StackContext } from "../part.ts";

/** Time from accepted to final, one order after another, from the orders' own history. */
export interface Fulfilments {
  orders: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
}

const WARM_UP = 2;
const FINAL_TIMEOUT_MS = 120_000;

export async function measureFulfilment({ stack, plan, progress }: StackContext): Promise<Fulfilments> {
  const times: number[] = [];
  for (let order = 1; order <= WARM_UP + plan.ordersFollowed; order++) {
    const { orderId } = await placeOrder(stack);
    const time = latencyOf(await untilFinal(orderId, stack.backOffice));
    if (order > WARM_UP) times.push(time);
    progress(`order ${order} of ${WARM_UP + plan.ordersFollowed}`);
  }
  return { orders: times.length, p50: percentile(times, 50), p95: percentile(times, 95) };
}

async function untilFinal(orderId: string, backOffice: Api) {
  const client = backOfficeClient(backOffice);
  const deadline = Date.now() + FINAL_TIMEOUT_MS;
  for (;;) {
    const order = await bodyOf(client.GET("/orders/{orderId}", { params: { path: { orderId } } }));
    if (order.status === "COMPLETED") return order;
    if (order.status === "FAILED" || Date.now() > deadline) {
      throw new Error(`The order ${orderId} is ${order.status} after ${Math.round(latencyOf(order) / 1_000)} s.`);
    }
    await sleep(100);
  }
}
