import { expect } from "chai";
import { before, describe, it } from "mocha";
import { ApiClient, type ApiResponse, expectProblem } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { orderBody, stockCatalogue } from "../support/orders.ts";
import { fillPath, routesOf } from "../support/routes.ts";
import { useStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { ACCESS, type Access, CALLERS, type Caller } from "./access-table.ts";
import { type UnauthorizedKeys, withUnauthorizedKeys } from "./unauthorized-keys.ts";

describe("Access", () => {
  const stack = useStack();
  /** Completed orders, one to ship and one to cancel. */
  let orderIds: string[];
  /** Theirs. */
  let tokens: string[];

  before("place orders", async () => {
    await stockCatalogue(stack().backOffice);
    const placed = [
      await stack().storefront.post("/orders", orderBody()),
      await stack().storefront.post("/orders", orderBody()),
    ];
    orderIds = placed.map(({ body }) => body.orderId);
    tokens = placed.map(({ body }) => body.token);
    await eventually(async () => {
      for (const orderId of orderIds) {
        expect((await stack().backOffice.get(`/orders/${orderId}`)).body.status).to.equal("COMPLETED");
      }
    });
  });

  it("is refused to all other callers than the table's, and changes nothing", async () => {
    const refused = cells().filter(({ status }) => status >= 400);
    const before = await state();

    const responses = await withUnauthorizedKeys(stack(), (keys) =>
      Promise.all(refused.map((cell) => request(cell, keys))),
    );

    for (const [index, response] of responses.entries()) {
      const { row, caller, status } = refused[index] as Cell;
      expectProblem(response, status, `${row.route} at the ${row.instance}, with ${caller}`);
    }
    expect(await state()).to.deep.equal(before);
  });

  it("is granted to the table's callers", async () => {
    for (const cell of cells().filter(({ status }) => status < 400)) {
      const { status } = await request(cell);

      expect(status, `${cell.row.route} at the ${cell.row.instance}, with ${cell.caller}`).to.equal(cell.status);
    }
  });

  interface Cell {
    row: Access;
    caller: Caller;
    status: number;
  }

  function cells(): Cell[] {
    return ACCESS.flatMap((row) =>
      CALLERS.map((caller, index) => ({ row, caller, status: row.responses[index] ?? 0 })),
    );
  }

  function request({ row: { instance, route }, caller }: Cell, keys?: UnauthorizedKeys): Promise<ApiResponse> {
    const [method = "", path = ""] = route.split(" ");
    const { url } = stack()[instance === "storefront" ? "storefront" : "backOffice"];
    const routes = [...routesOf("backoffice"), ...routesOf("storefront")];
    const { body: example } = routes.find((known) => `${known.method} ${known.path}` === route) ?? {};
    const body = route === "POST /orders" ? orderBody({ items: (example as { items: unknown }).items }) : example;
    // A shipped order can't be cancelled.
    const index = path.endsWith("/cancel") ? 1 : 0;
    const orderId = orderIds[index] ?? "";
    // A PUT adds a product.
    const productId = method === "PUT" ? "MUG" : "PROD-001";
    const key = { "Idempotency-Key": `${route} ${instance} ${caller}`.replaceAll(" ", "-") };
    const needsKey = /\/(payment|stock|refunds)$/.test(path);
    const needsToken = /\/(payment|cancel)$/.test(path);
    const headers = { ...(needsKey && key), ...(needsToken && { "X-Order-Token": tokens[index] ?? "" }) };
    return new ApiClient(url, keyOf(caller, keys)).request(
      ...([method, fillPath(path, { orderId, productId }), body, headers] as const),
    );
  }

  function keyOf(caller: Caller, unauthorized?: UnauthorizedKeys): string {
    const { outputs } = stack();
    const keys: Record<Caller, string | undefined> = {
      "no key": "",
      "a wrong key": "wrong",
      "a key without a plan": unauthorized?.withoutPlan,
      "another stage's key": unauthorized?.ofAnotherStage,
      "the storefront's key": outputs.storefrontKey,
      "the back office's key": outputs.apiKey,
    };
    return keys[caller] ?? "";
  }

  /** All orders and products. */
  async function state(): Promise<unknown> {
    const items = await TestTable.of(stack()).items();
    return items.filter(({ pk, sk }) => sk === "ORDER" || pk === "PRODUCTS");
  }
});
