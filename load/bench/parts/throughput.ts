import { median, type Ratio, ratioOfMedians } from "../../statistics.ts";
import { interleave } from "../interleave.ts";
import { callFloor, placeOrder } from "../orders.ts";
import type { StackContext } from "../part.ts";

/** Requests a second with all connections busy, orders and the floor in turns. */
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

/** How many requests a second are answered while each connection sends its next one as soon as it has an answer. */
async function ratePerSecond(send: () => Promise<unknown>, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1_000;
  let answered = 0;
  const connection = async () => {
    while (performance.now() < end) {
      await send();
      answered++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return (answered * 1_000) / (performance.now() - start);
}
