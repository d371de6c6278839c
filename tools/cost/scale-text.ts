import { demandOf, LIMITS, ordersAt } from "./limits.ts";
import { casesText, number, table } from "./simulation/text.ts";

const RATES = [10, 100, 1_000, 10_000];

/** What `./orders simulate` prints: limits, what each rate requires, and what comes of bursts, backlogs and outages. */
export async function scaleText(): Promise<string> {
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
    await casesText(),
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
