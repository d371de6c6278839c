import { expect } from "chai";
import { describe, it } from "mocha";
import type { FullOrder } from "../../../domain/contract/responses.ts";
import type { Summary } from "../../../load/k6.ts";
import { durationOf, FLOOR } from "../../../load/k6-options.ts";
import { type ProfileName, planOf, type Size } from "../../../load/plan.ts";
import { resultsOf, textOf } from "../../../load/results.ts";

/** A completed order: when it was accepted, and seconds later final. */
function order(orderId: string, second: number, final: number): FullOrder {
  const at = (seconds: number) => new Date(Date.UTC(2026, 0) + 1_000 * seconds).toISOString();
  return {
    orderId,
    status: "COMPLETED",
    items: [],
    totalAmount: 0,
    currency: "USD",
    createdAt: at(second),
    updatedAt: at(second + final),
    history: [{ status: "COMPLETED", at: at(second + final) }],
    customerEmail: "ada@example.com",
    paymentMethod: "pm_card_visa",
  };
}

const ORDERS = [order("a", 0, 30), order("b", 5, 15)];

function results(profile: ProfileName, size: Size, metrics: Summary["metrics"] = {}) {
  const outcome = { sent: 2, accepted: 2, refused: 0, orders: ORDERS, paid: new Map(), taken: {} };
  return resultsOf(planOf(profile, "place", size), { metrics, state: { testRunDurationMs: 5_000 } }, outcome);
}

const durations = (order: number, floor: number): Summary["metrics"] => ({
  [durationOf("POST /orders")]: { values: { "p(5)": order } },
  [durationOf(FLOOR)]: { values: { "p(5)": floor } },
});

describe("The results of a load test", () => {
  it("compare with the floor on this machine: no slow machine makes it fail, but slow code does", () => {
    const [busy, slow] = [
      results("smoke", "local", durations(150, 120)),
      results("smoke", "local", durations(115, 15)),
    ];

    expect(busy.failures).to.deep.equal([]);
    expect(slow.failures).to.deep.equal([
      "The service level of POST /orders over the floor was not kept: p(5)<60, and it was 100.",
    ]);
  });

  it("compare with the time that orders take on AWS, unless they are meant to queue", () => {
    expect(results("load", "remote").failures).to.deep.equal([
      "The service level of accepted_to_final was not kept: p(95)<10000, and it was 30000.",
    ]);
    expect(results("spike", "remote").failures).to.deep.equal([]);
  });

  it("say how long a backlog took to drain", () => {
    expect(textOf(results("spike", "local"))).to.include(
      "All orders were final 25.0 s after the last one was accepted.",
    );
  });

  it("name the rate at which a breakpoint run broke, which is no failure", () => {
    const rate = { arrival_rate: { values: { max: 39.4 } } };
    const dropped = { dropped_iterations: { values: { count: 3 }, thresholds: { "count<1": { ok: false } } } };

    const [broke, held] = [
      results("breakpoint", "local", { ...rate, ...dropped }),
      results("breakpoint", "local", rate),
    ];

    expect(broke.failures).to.deep.equal([]);
    expect(textOf(broke)).to.include("It broke at 39 orders a second.");
    expect(textOf(held)).to.include("It did not break at up to 60 orders a second: raise --rate.");
  });
});
