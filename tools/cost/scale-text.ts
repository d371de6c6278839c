import { demandOf, LIMITS, ordersAt, PARTITION_UNITS } from "./limits.ts";
import { type QueueOptions, seeded, simulateQueue, simulateShards } from "./simulation.ts";

const RATES = [10, 100, 1_000, 10_000];

/** Write units of an order on its shard of the index by creation. */
const INDEX_UNITS = LIMITS.find(({ name }) => name.startsWith("one shard"))?.perOrder ?? 0;

/** What `./orders simulate` prints: limits, demands, and what the simulation made of shards and of the queue. */
export function scaleText(): string {
  return [
    "Limits, in the order in which they are reached",
    ...table(["limit", "per order", "per second", "reached at orders/s", "raised by"], limits()),
    "",
    "What each rate needs",
    ...table(
      [
        "orders/s",
        "limits exceeded",
        "listShards",
        "throttleRate",
        "concurrent functions",
        "write units/s",
        "emails/s",
        "usage a month",
      ],
      demands(),
    ),
    "",
    `Shards of an index: ${INDEX_UNITS} write units an order, ${number(PARTITION_UNITS)} a second per shard`,
    ...table(["orders/s", "listShards", "peak per shard", "throttled"], shards()),
    "",
    "The order queue and workflow starts, with ten minutes of orders",
    ...table(["waiting", "orders/s", "queueConcurrency", "longest wait in s", "dead letters"], queue()),
  ].join("\n");
}

function limits(): string[][] {
  return LIMITS.map((limit) => [
    limit.name,
    number(limit.perOrder),
    number(limit.quota),
    number(ordersAt(limit)),
    limit.lift,
  ]);
}

function demands(): string[][] {
  return RATES.map(demandOf).map((demand) => [
    number(demand.rate),
    number(demand.met.length),
    number(demand.listShards),
    number(demand.throttleRate),
    number(demand.functionsAtOnce),
    number(demand.writeUnits),
    number(demand.mails),
    demand.dollars.toLocaleString("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 }),
  ]);
}

function shards(): string[][] {
  const random = seeded(1);
  const tried = [...RATES.map((rate) => [rate, 1]), ...RATES.slice(2).map((rate) => [rate, demandOf(rate).listShards])];
  return (tried as [number, number][]).map(([rate, count]) => {
    const { peak, refused } = simulateShards(rate, count, INDEX_UNITS, random);
    return [number(rate), number(count), number(peak), `${(100 * refused).toFixed(1)} %`];
  });
}

function queue(): string[][] {
  const steady = { backlog: 0, queueConcurrency: 5 };
  const outage = { rate: 100 };
  const tried: QueueOptions[] = [
    { ...steady, rate: 100 },
    { ...steady, rate: 1_000 },
    { ...outage, backlog: 10_000, queueConcurrency: 5 },
    { ...outage, backlog: 100_000, queueConcurrency: 10 },
    { ...outage, backlog: 100_000, queueConcurrency: 5 },
    { ...outage, backlog: 100_000, queueConcurrency: 2 },
  ];
  return tried.map((options) => {
    const { longestWait, dead } = simulateQueue(options);
    const { backlog, rate, queueConcurrency } = options;
    return [backlog, rate, queueConcurrency, longestWait, dead].map(number);
  });
}

/** A Markdown table. */
function table(header: string[], rows: string[][]): string[] {
  return ["", ...[header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`)];
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
}
