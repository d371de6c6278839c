import { markdownTable } from "markdown-table";
import { demandOf, LIMITS, ordersAt } from "./limits.ts";
import { type QueueLoad, simulateQueue } from "./simulation.ts";

const RATES = [10, 100, 1_000, 10_000];

/** What `./orders simulate` prints: limits, what each rate requires, and the simulation of the order queue. */
export function scaleText(): string {
  return [
    "Limits, in the order in which they are reached",
    table(["limit", "per order", "per second", "reached at orders/s", "raised by"], limitRows()),
    "What each rate needs",
    table(
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
      demandRows(),
    ),
    "The order queue and workflow starts, with ten minutes of orders",
    table(["waiting", "orders/s", "queueConcurrency", "longest wait in s", "dead letters"], queueRows()),
  ].join("\n\n");
}

function limitRows(): string[][] {
  return LIMITS.map((limit) => [
    limit.name,
    number(limit.perOrder),
    number(limit.quota),
    number(ordersAt(limit)),
    limit.raisedBy,
  ]);
}

function demandRows(): string[][] {
  return RATES.map(demandOf).map((demand) => [
    number(demand.rate),
    number(demand.exceededLimits),
    number(demand.listShards),
    number(demand.throttleRate),
    number(demand.concurrentFunctions),
    number(demand.writeUnits),
    number(demand.mails),
    demand.dollars.toLocaleString("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 }),
  ]);
}

function queueRows(): string[][] {
  const steady = { backlog: 0, queueConcurrency: 5 };
  const afterOutage = { backlog: 100_000, rate: 100 };
  const loads: QueueLoad[] = [
    { ...steady, rate: 100 },
    { ...steady, rate: 1_000 },
    { ...afterOutage, backlog: 10_000, queueConcurrency: 5 },
    { ...afterOutage, queueConcurrency: 10 },
    { ...afterOutage, queueConcurrency: 5 },
    { ...afterOutage, queueConcurrency: 2 },
  ];
  return loads.map((load) => {
    const { longestWaitSeconds, deadLetters } = simulateQueue(load);
    return [load.backlog, load.rate, load.queueConcurrency, longestWaitSeconds, deadLetters].map(number);
  });
}

function table(header: string[], rows: string[][]): string {
  return markdownTable([header, ...rows], { alignDelimiters: false });
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
}
