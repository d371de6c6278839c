import { expect } from "chai";
import { before, describe, it } from "mocha";
import { type Listing, verifyCursor } from "../../domain/cursor.ts";
import type { ApiResponse } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { CUSTOMER_EMAIL, orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";

const OLD = "a".repeat(32);
const NEW = "b".repeat(32);

const LISTS: Record<string, Listing> = {
  orders: { kind: "orders", filter: {} },
  products: { kind: "products", filter: {} },
};

/** The rotation of the secret that signs cursors and orders' tokens, as docs/security.md describes it, one deployment after the other. */
describe("Rotating the signing secret", () => {
  const stack = useStack({ cursorSecret: OLD });
  /** Cursors from before the rotation, by list. */
  const cursors: Record<string, string> = {};
  /** An order from before the rotation. */
  let order: { orderId: string; token: string };

  const firstPage = (list: string) => stack().backOffice.get(`/${list}?limit=1`);
  const nextPage = (list: string, cursor = "") =>
    stack().backOffice.get(`/${list}?limit=1&cursor=${encodeURIComponent(cursor)}`);
  const ownOrder = () =>
    stack().storefront.request("GET", `/orders/${order.orderId}`, undefined, { "X-Order-Token": order.token });
  /** Sends concurrent requests, to reach every running function instance. */
  const many = (request: () => Promise<ApiResponse>) => Promise.all(Array.from({ length: 10 }, request));

  before("place orders, and fetch the first page of each list from many instances", async () => {
    await stockCatalogue(stack().backOffice);
    for (let count = 0; count < 2; count++) await placeOrder(stack().storefront);
    order = (await stack().storefront.post("/orders", orderBody())).body;
    expect((await many(ownOrder)).map(({ body }) => body.customerEmail)).to.include(CUSTOMER_EMAIL);
    for (const list of Object.keys(LISTS)) {
      cursors[list] = await eventually(async () => {
        const next = (await many(() => firstPage(list))).flatMap(({ body }) => body.nextCursor ?? []);
        expect(next).to.have.lengthOf(10);
        return next[0];
      });
    }
  });

  it("starts from cursors signed with the old secret", () => {
    for (const [list, listing] of Object.entries(LISTS)) {
      expect(verifyCursor(cursors[list] ?? "", listing, { current: OLD })).to.be.a("string").that.is.not.empty;
    }
  });

  it("keeps old cursors valid, and signs new ones with the new secret, in every running instance", async () => {
    await stack().update({ cursorSecret: NEW, previousCursorSecret: OLD });

    for (const [list, listing] of Object.entries(LISTS)) {
      const pages = [...(await many(() => nextPage(list, cursors[list]))), ...(await many(() => firstPage(list)))];
      expect(pages.map(({ status }) => status)).to.deep.equal(pages.map(() => 200));
      const next = pages.flatMap(({ body }) => body.nextCursor ?? []);
      expect(next).to.have.lengthOf.at.least(10);
      for (const cursor of next) verifyCursor(cursor, listing, { current: NEW });
    }
  });

  it("keeps an order's old token valid, in every running instance", async () => {
    const shown = await many(ownOrder);

    for (const { body } of shown) expect(body.customerEmail).to.equal(CUSTOMER_EMAIL);
  });

  it("ends without the old secret: its cursors are refused, and the new secret's remain valid", async () => {
    const renewed: Record<string, string> = {};
    for (const list of Object.keys(LISTS)) renewed[list] = (await firstPage(list)).body.nextCursor;

    await stack().update({ cursorSecret: NEW, previousCursorSecret: "" });

    for (const list of Object.keys(LISTS)) {
      const refused = await many(() => nextPage(list, cursors[list]));
      expect(refused.map(({ status }) => status)).to.deep.equal(refused.map(() => 400));
      expect(refused[0]?.body.type).to.equal("urn:orders:problem:invalid-cursor");
      expect(await nextPage(list, renewed[list])).to.include({ status: 200 });
    }
  });

  it("ends the order's token with the old secret: it opens nothing, and the order only shows its status", async () => {
    const refused = await many(ownOrder);
    const { status, body } = await stack().storefront.get(`/orders/${order.orderId}`);

    expect(refused.map(({ status }) => status)).to.deep.equal(refused.map(() => 404));
    expect([status, body.customerEmail]).to.deep.equal([200, undefined]);
  });
});
