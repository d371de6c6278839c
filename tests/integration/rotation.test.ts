import { expect } from "chai";
import { before, describe, it } from "mocha";
import { type Listing, verifyCursor } from "../../domain/cursor.ts";
import type { Answer } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { target, useStack } from "../support/stack.ts";

const OLD = "a".repeat(32);
const NEW = "b".repeat(32);

const LISTS: Record<string, Listing> = {
  orders: { kind: "orders", filter: {} },
  products: { kind: "products", filter: {} },
};

/** One rotation of the secret that signs cursors, as docs/security.md describes it: deployment by deployment. */
describe("The rotation of the signing secret", function () {
  this.timeout(target === "aws" ? 600_000 : 60_000);
  const stack = useStack({ cursorSecret: OLD });
  const live: Record<string, string> = {};

  const firstPage = (list: string) => stack().backOffice.get(`/${list}?limit=1`);
  const goOn = (list: string, cursor = "") =>
    stack().backOffice.get(`/${list}?limit=1&cursor=${encodeURIComponent(cursor)}`);
  /** Many answers at once, so that every function instance there is gives some. */
  const many = (ask: () => Promise<Answer>) => Promise.all(Array.from({ length: 10 }, ask));

  before("place orders, and fetch a first page of each list from many instances", async () => {
    await stockCatalogue(stack().backOffice);
    for (let count = 0; count < 3; count++) await placeOrder(stack().storefront);
    for (const list of Object.keys(LISTS)) {
      live[list] = await eventually(async () => {
        const cursors = (await many(() => firstPage(list))).flatMap(({ body }) => body.nextCursor ?? []);
        expect(cursors).to.have.lengthOf(10);
        return cursors[0];
      });
    }
  });

  it("begins with cursors of the old secret", () => {
    for (const [list, listing] of Object.entries(LISTS)) {
      expect(verifyCursor(live[list] ?? "", listing, { current: OLD })).to.be.a("string").that.is.not.empty;
    }
  });

  it("leaves live cursors valid, and signs with the new secret, in every instance that runs", async () => {
    await stack().update({ cursorSecret: NEW, previousCursorSecret: OLD });

    for (const [list, listing] of Object.entries(LISTS)) {
      const pages = [...(await many(() => goOn(list, live[list]))), ...(await many(() => firstPage(list)))];
      expect(pages.map(({ status }) => status)).to.deep.equal(pages.map(() => 200));
      const cursors = pages.flatMap(({ body }) => body.nextCursor ?? []);
      expect(cursors).to.have.lengthOf.at.least(10);
      for (const cursor of cursors) verifyCursor(cursor, listing, { current: NEW });
    }
  });

  it("ends with the old secret gone: its cursors are refused, the new one's go on", async () => {
    const renewed: Record<string, string> = {};
    for (const list of Object.keys(LISTS)) renewed[list] = (await firstPage(list)).body.nextCursor;

    await stack().update({ cursorSecret: NEW, previousCursorSecret: "" });

    for (const list of Object.keys(LISTS)) {
      const refused = await many(() => goOn(list, live[list]));
      expect(refused.map(({ status }) => status)).to.deep.equal(refused.map(() => 400));
      expect(refused[0]?.body.type).to.equal("urn:orders:problem:invalid-cursor");
      expect(await goOn(list, renewed[list])).to.include({ status: 200 });
    }
  });
});
