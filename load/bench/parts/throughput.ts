import { median, type Ratio, ratioOfMedians } from "../../statistics.ts";
import { interleave } from "../interleave.ts";
import { callFloor, placeOrder } from "../orders.ts";
import type { StackContext } from "../part.ts";

/** Requests per second with all connections busy, in alternating windows of orders and the floor. */
export interface Throughput {
  connections: number;
  windows: number;
  windowSeconds: number;
  ordersPerSecond: number;
  floorPerSecond: number;
  ratio: Ratio;
}

const CONNECTIONS = 10;

export async function measureThroughput({ stack, plan, progress }: StackContext): Promise<Throughput> {
  const { throughputWindows: windows, windowSeconds } = plan;
  const tasks = {
    orders: () => ratePerSecond(() => placeOrder(stack), windowSeconds),
    floor: () => ratePerSecond(() => callFloor(stack), windowSeconds),
  };
  const onRound = (done: number) => progress(`pair ${done} of ${windows + 1}`);
  // In the windows of the warm-up, the emulator starts a worker for every connection.
  const rates = await interleave(tasks, { rounds: windows, warmUp: 1, onRound });
  return {
    connections: CONNECTIONS,
    windows,
    windowSeconds,
    ordersPerSecond: median(rates.orders),
    floorPerSecond: median(rates.floor),
    ratio: ratioOfMedians(rates.orders, rates.floor),
  };
}

/** Completed requests per second if each connection sends its next request as soon as it has a response. */
async function ratePerSecond(send: () => Promise<unknown>, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1_000;
  let completed = 0;
  const connection = async () => {
    while (performance.now() < end) {
      await send();
      completed++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return (completed * 1_000) / (performance.now() - start);
}
