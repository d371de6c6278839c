import { expect } from "chai";
import { describe, it } from "mocha";
import { withTables } from "../../../../load/bench/document.ts";
import { breaches, budgetsOf, isAimKept } from "../../../../load/bench/gate.ts";
import { newResults, type Results } from "../../../../load/bench/results.ts";
import { tablesOf } from "../../../../load/bench/tables.ts";
import type { Ratio } from "../../../../load/statistics.ts";

/** Results whose every ratio is the same. */
function resultsWith(ratio: Ratio): Results {
  const ms = { p50: 10, p95: 20, p99: 30 };
  const requests = ["floor", "floor of a list", "POST /orders", "GET /orders/{orderId}", "GET /orders, page 1"];
  return {
    ...newResults(false),
    latency: {
      rounds: 10,
      requests: requests.map((name) => ({
        ...{ name, ms, toFloor: ratio },
        floor: name === "GET /orders, page 1" ? "floor of a list" : "floor",
      })),
      pages: ratio,
    },
    throughput: {
      ...{ connections: 10, windows: 3, windowSeconds: 2 },
      ...{ ordersPerSecond: 80, floorPerSecond: 100, ratio },
    },
    fulfilment: { orders: 5, p50: 1_000, p95: 2_000 },
    scale: {
      small: { orders: 1_000, products: 100 },
      large: { orders: 100_000, products: 10_000 },
      ...{ rounds: 10, fillSeconds: 30 },
      requests: ["floor", "GET /orders", "GET /products"].map((name) => ({ name, smallMs: 10, largeMs: 11, ratio })),
    },
    coldStart: {
      rounds: 11,
      floors: [{ clients: "dynamodb", kilobytes: 180, ms: 70 }],
      handlers: ["process-payments", "get-order"].map((name) => ({
        ...{ name, clients: "dynamodb", kilobytes: 230, ms: 80, ratio },
      })),
    },
    deployment: { rounds: 5, resources: 150, steps: [{ name: "up", seconds: 5 }] },
  };
}

const same = (value: number): Ratio => ({ value, low: value, high: value });

describe("The bench's gate", () => {
  it("passes results as fast as the floor", () => {
    expect(breaches(resultsWith(same(1)))).to.deep.equal([]);
  });

  it("reports each ratio that exceeds its budget, with the limit", () => {
    const sentences = breaches(resultsWith({ value: 6.5, low: 6.4, high: 6.6 }));

    const is = "is 6.50 (6.40 to 6.60)";
    expect(sentences).to.have.members([
      `The ratio of POST /orders to the floor ${is}; it must be at most 1.5.`,
      `The ratio of GET /orders/{orderId} to the floor ${is}; it must be at most 1.2.`,
      `The ratio of GET /orders, page 1 to the floor of a list ${is}; it must be at most 1.1.`,
      `The ratio of the 20th page of a list to the first ${is}; it must be at most 1.15.`,
      `The ratio of GET /orders with 100,000 orders to 1,000 ${is}; it must be at most 1.15.`,
      `The ratio of GET /products with 10,000 products to 100 ${is}; it must be at most 1.15.`,
      `The ratio of the cold start of process-payments to the floor ${is}; it must be at most 1.6.`,
      `The ratio of the cold start of get-order to the floor ${is}; it must be at most 1.5.`,
    ]);
  });

  it("reports a throughput that is too low", () => {
    const sentences = breaches(resultsWith(same(0.4)));

    expect(sentences).to.deep.equal([
      "The ratio of the throughput of POST /orders to the floor's at 10 connections is 0.40 (0.40 to 0.40); it must be at least 0.5.",
    ]);
  });

  it("passes a ratio that equals its budget, or exceeds it only within its interval", () => {
    const of = (ratio: Ratio) => breaches({ latency: resultsWith(ratio).latency as NonNullable<Results["latency"]> });

    expect(of(same(1.1))).to.deep.equal([]);
    expect(of({ value: 1.25, low: 1.1, high: 1.4 })).to.deep.equal([]);
    expect(of({ value: 1.25, low: 1.11, high: 1.4 })).to.have.lengthOf(1);
  });

  it("does not fail for a missed aim", () => {
    const results = resultsWith({ value: 1.19, low: 1.09, high: 1.29 });
    const missed = budgetsOf(results).filter((budget) => !isAimKept(budget));

    expect(missed.map(({ what }) => what)).to.include("GET /orders/{orderId} to the floor");
    expect(breaches(results)).to.deep.equal([]);
  });

  it("ignores parts that were not run", () => {
    expect(breaches({})).to.deep.equal([]);
  });
});

describe("The tables of a bench's results", () => {
  const tables = tablesOf(resultsWith(same(1.1)));

  it("replace only their place in a document", () => {
    const document = tables
      .map(({ id }) => `About ${id}.\n\n<!-- bench: ${id} -->\noutdated\n<!-- /bench -->\n`)
      .join("\n");

    const written = withTables(document, tables);

    expect(written).to.include("About latency.\n\n<!-- bench: latency -->\nSequential requests");
    expect(written).to.include("| POST /orders | 10.0 | 20.0 | 30.0 | 1.10 (1.10–1.10) |\n");
    expect(written).to.include(
      "| GET /orders, page 1 to the floor of a list | 1.10 (1.10–1.10) | ≤ 1.15 | met | ≤ 1.1 | met |\n",
    );
    expect(written.match(/\| the cold start of .*/g)).to.deep.equal([
      "| the cold start of get-order to the floor, the worst of 2 | 1.10 (1.10–1.10) | ≤ 1.25 | met | ≤ 1.5 | met |",
    ]);
    expect(written).not.to.include("outdated");
    expect(withTables(written, tables)).to.equal(written);
  });

  it("leave the tables of parts that were not run as they are", () => {
    const document =
      "<!-- bench: scale -->\noutdated\n<!-- /bench -->\n<!-- bench: run -->\noutdated\n<!-- /bench -->\n";
    const [run] = tables;

    const written = withTables(document, run ? [run] : []);

    expect(written).to.include("<!-- bench: scale -->\noutdated\n");
    expect(written).to.include(run?.rows[0]?.join(" | "));
  });

  it("require a place", () => {
    expect(() => withTables("", tables)).to.throw("has no mark <!-- bench: run -->");
  });
});
