import { maxBy, partition } from "es-toolkit";
import type { Ratio } from "../statistics.ts";
import { type Bound, type Budget, budgetsOf, COLD_START_OF, isAimKept, isBroken } from "./gate.ts";
import type { Size } from "./plan.ts";
import type { Parts, Results } from "./results.ts";

/** A table for the terminal or a document. */
export interface Table {
  /** Identifies its place in the document. */
  id: "run" | "budgets" | keyof Parts;
  title: string;
  header: string[];
  rows: string[][];
}

/** The tables of a run's results, for the parts that it included. */
export function tablesOf(results: Results): Table[] {
  const { latency, throughput, fulfilment, scale, coldStart, deployment } = results;
  const budgets = budgetsOf(results);
  return [
    runTable(results),
    latency && latencyTable(latency),
    throughput && throughputTable(throughput),
    fulfilment && fulfilmentTable(fulfilment),
    scale && scaleTable(scale),
    coldStart && coldStartTable(coldStart),
    deployment && deploymentTable(deployment),
    budgets.length > 0 ? budgetTable(budgets) : undefined,
  ].filter((table) => table !== undefined);
}

function runTable({ measuredAt, machine, versions }: Results): Table {
  const { cpu, cores, memoryGb, system } = machine;
  return {
    id: "run",
    title: "Run",
    header: ["Date", "Machine", "Versions"],
    rows: [
      [
        measuredAt.slice(0, 10),
        `${cores} cores of ${cpu}, ${memoryGb} GB, ${system}`,
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(", "),
      ],
    ],
  };
}

function latencyTable({ rounds, requests }: Parts["latency"]): Table {
  return {
    id: "latency",
    title: `Sequential requests, ${rounds} each, milliseconds on the emulator`,
    header: ["Request", "p50", "p95", "p99", "p50 to its floor's"],
    rows: requests.map(({ name, ms: { p50, p95, p99 }, toFloor }) => [
      name,
      ...[p50, p95, p99].map((ms) => ms.toFixed(1)),
      name === "floor" ? "1" : withInterval(toFloor),
    ]),
  };
}

function throughputTable({ connections, ordersPerSecond, floorPerSecond, ratio }: Parts["throughput"]): Table {
  return {
    id: "throughput",
    title: `Requests a second at ${connections} connections, on the emulator`,
    header: ["POST /orders", "floor", "ratio"],
    rows: [[ordersPerSecond.toFixed(0), floorPerSecond.toFixed(0), withInterval(ratio)]],
  };
}

function fulfilmentTable({ orders, p50, p95 }: Parts["fulfilment"]): Table {
  return {
    id: "fulfilment",
    title: `From accepted to final, ${orders} single orders, on the emulator`,
    header: ["p50", "p95"],
    rows: [[p50, p95].map((ms) => `${(ms / 1_000).toFixed(2)} s`)],
  };
}

function scaleTable({ small, large, requests }: Parts["scale"]): Table {
  const sizeOf = ({ orders, products }: Size) =>
    `${orders.toLocaleString("en-US")} orders, ${products.toLocaleString("en-US")} products`;
  return {
    id: "scale",
    title: "Requests with little and with much in the table, milliseconds at the median on the emulator",
    header: ["Request", sizeOf(small), sizeOf(large), "ratio"],
    rows: requests.map(({ name, smallMs, largeMs, ratio }) => [
      name,
      smallMs.toFixed(1),
      largeMs.toFixed(1),
      withInterval(ratio),
    ]),
  };
}

function coldStartTable({ rounds, floors, handlers }: Parts["coldStart"]): Table {
  const figures = (kilobytes: number, ms: number) => [`${kilobytes.toFixed(0)} kB`, `${ms.toFixed(0)} ms`];
  return {
    id: "coldStart",
    title: `Bundles, and cold starts outside the emulator: median of ${rounds} fresh processes`,
    header: ["Function", "Clients", "Bundle", "First response", "to the floor's"],
    rows: [
      ...floors.map(({ clients, kilobytes, ms }) => ["floor", clients, ...figures(kilobytes, ms), "1"]),
      ...handlers.map(({ name, clients, kilobytes, ms, ratio }) => [
        name,
        clients,
        ...figures(kilobytes, ms),
        withInterval(ratio),
      ]),
    ],
  };
}

function deploymentTable({ rounds, resources, steps }: Parts["deployment"]): Table {
  return {
    id: "deployment",
    title: `A stack of ${resources} AWS resources on the local target, medians of ${rounds}`,
    header: steps.map(({ name }) => name),
    rows: [steps.map(({ seconds }) => `${seconds.toFixed(2)} s`)],
  };
}

/** Of the cold starts, one for each function, only the one that is the nearest to its budget, or exceeds it most. */
function budgetTable(budgets: Budget[]): Table {
  const [coldStarts, others] = partition(budgets, ({ what }) => what.startsWith(COLD_START_OF));
  const worst = maxBy(coldStarts, ({ ratio, budget }) => ("most" in budget ? ratio.value / budget.most : 0));
  return {
    id: "budgets",
    title: "Aims and budgets",
    header: ["Ratio of", "measured", "aim", "", "budget", ""],
    rows: [...others, ...(worst ? [{ ...worst, what: `${worst.what}, the worst of ${coldStarts.length}` }] : [])].map(
      (each) => [
        each.what,
        withInterval(each.ratio),
        bound(each.aim),
        isAimKept(each) ? "met" : "**missed**",
        bound(each.budget),
        isBroken(each) ? "**exceeded**" : "met",
      ],
    ),
  };
}

function bound(of: Bound): string {
  return "most" in of ? `≤ ${of.most}` : `≥ ${of.least}`;
}

function withInterval({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
