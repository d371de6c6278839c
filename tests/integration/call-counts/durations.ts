import { expect } from "chai";
import { median } from "../../../load/statistics.ts";
import { eventually } from "../../support/eventually.ts";
import { Executions } from "../../support/executions.ts";
import { invoke } from "../../support/functions.ts";
import { stockCatalogue } from "../../support/orders.ts";
import type { TestStack } from "../../support/stack.ts";
import { PRODUCTS, place } from "./scenarios.ts";
import { isReport, linesByHandler } from "./usage-recorder.ts";

const ROUNDS = 10;

/** The median duration of warm invocations by handler, in milliseconds. Measured without the call counter's proxy. */
export async function durations(stack: TestStack): Promise<Record<string, number>> {
  const { storefront, backOffice } = stack;
  await stockCatalogue(backOffice, PRODUCTS);
  for (let round = 0; round < ROUNDS; round++) {
    const { orderId } = (await place(storefront)).body;
    await place(backOffice, { paymentMethod: "pm_card_chargeDeclined" });
    await eventually(async () =>
      expect((await backOffice.get(`/orders/${orderId}`)).body.status).to.equal("COMPLETED"),
    );
    await backOffice.post(`/orders/${orderId}/cancel`, {});
    await backOffice.get("/orders");
    await storefront.get("/products");
    await invoke("sweep-orders", stack);
    const executions = new Executions(stack);
    for (const { executionArn = "" } of await executions.list()) await executions.untilEnded(executionArn);
  }
  const all = Object.entries(await linesByHandler(stack)).map(
    ([handler, lines]) => [handler, warmDurations(lines)] as const,
  );
  const warm = all.filter(([, durations]) => durations.length > 0);
  return Object.fromEntries(warm.map(([handler, durations]) => [handler, median(durations)]).toSorted());
}

/** The durations that Lambda reports, without the first invocation, which may have been a cold start. */
function warmDurations(lines: string[]): number[] {
  return lines
    .filter(isReport)
    .map((line) => Number(/Duration: ([\d.]+) ms/.exec(line)?.[1]))
    .slice(1);
}
