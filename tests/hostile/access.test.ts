import { expect } from "chai";
import { before, describe, it } from "mocha";
import { type Answer, ApiClient } from "../support/api-client.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { expectProblem } from "../support/expect-problem.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { filledIn, routesOf } from "../support/routes.ts";
import { useStack } from "../support/stack.ts";
import { ACCESS, type Access, CALLERS, type Caller } from "./access-table.ts";
import { type ForeignKeys, withForeignKeys } from "./foreign-keys.ts";

describe("Access", function () {
  this.timeout(60_000);
  const stack = useStack();
  /** Orders that could be shipped or cancelled, and to which nothing happens by itself any more. */
  let orderIds: string[];

  before("have orders fulfilled", async () => {
    await stockCatalogue(stack().backOffice);
    orderIds = [await placeOrder(stack().storefront), await placeOrder(stack().storefront)];
    await eventually(async () => {
      for (const orderId of orderIds) {
        expect((await stack().backOffice.get(`/orders/${orderId}`)).body.status).to.equal("COMPLETED");
      }
    });
  });

  it("is refused to everybody but whom the table names, and changes nothing then", async () => {
    const refused = cells().filter(({ status }) => status >= 400);
    const before = await state();

    const answers = await withForeignKeys(stack(), (keys) => Promise.all(refused.map((cell) => ask(cell, keys))));

    for (const [index, answer] of answers.entries()) {
      const { row, caller, status } = refused[index] as Cell;
      expectProblem(answer, status, `${row.route} at the ${row.instance}, with ${caller}`);
    }
    expect(await state()).to.deep.equal(before);
  });

  it("is granted to whom the table names", async () => {
    for (const cell of cells().filter(({ status }) => status < 400)) {
      const { status } = await ask(cell);

      expect(status, `${cell.row.route} at the ${cell.row.instance}, with ${cell.caller}`).to.equal(cell.status);
    }
  });

  interface Cell {
    row: Access;
    caller: Caller;
    status: number;
  }

  function cells(): Cell[] {
    return ACCESS.flatMap((row) => CALLERS.map((caller, index) => ({ row, caller, status: row.answers[index] ?? 0 })));
  }

  function ask({ row: { instance, route }, caller }: Cell, foreign?: ForeignKeys): Promise<Answer> {
    const [method = "", path = ""] = route.split(" ");
    const { url } = stack()[instance === "storefront" ? "storefront" : "backOffice"];
    // Each contract has an example of the bodies that it takes; the back office's has all.
    const { body } = routesOf("backoffice").find((known) => `${known.method} ${known.path}` === route) ?? {};
    // What was shipped can't be cancelled.
    const orderId = orderIds[path.endsWith("/cancel") ? 1 : 0] ?? "";
    return new ApiClient(url, keyOf(caller, foreign)).request(
      method,
      filledIn(path, { orderId, productId: "MUG" }),
      body,
    );
  }

  function keyOf(caller: Caller, foreign?: ForeignKeys): string {
    const { outputs } = stack();
    const keys: Record<Caller, string | undefined> = {
      "no key": "",
      "a wrong key": "wrong",
      "a key without a plan": foreign?.withoutPlan,
      "another stage's key": foreign?.ofAnotherStage,
      "the storefront's key": outputs.storefrontKey,
      "the back office's key": outputs.apiKey,
    };
    return keys[caller] ?? "";
  }

  /** All orders and products. */
  async function state(): Promise<unknown> {
    const items = await new DeployedTable(stack()).items();
    return items.filter(({ pk, sk }) => sk === "ORDER" || pk === "PRODUCTS");
  }
});
