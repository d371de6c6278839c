import { expect } from "chai";
import { before, describe, it } from "mocha";
import { PROBLEMS } from "../../domain/problem.ts";
import type { Answer, ApiClient } from "../support/api-client.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { expectProblem } from "../support/expect-problem.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { BODIES, KEYS, type Oddity, TARGETS } from "./oddities.ts";
import { send } from "./raw-http.ts";

describe("Odd requests", function () {
  this.timeout(60_000);
  const stack = useLocalStack();
  before(() => stockCatalogue(stack().backOffice));

  /** How many items there are once no order is under way; but for mails, which may come later. */
  const stored = async () => {
    const table = new DeployedTable(stack());
    await eventually(async () => expect(await table.openOrders()).to.equal(0));
    return (await table.items()).filter(({ sk }) => !sk.startsWith("MAIL")).length;
  };

  const tables: [string, Oddity[]][] = [
    ["bodies", BODIES],
    ["idempotency keys", KEYS],
    ["paths and queries", TARGETS],
  ];
  for (const [kind, oddities] of tables) {
    it(`with ${oddities.length} odd ${kind} get exactly the problem told that they have, and store nothing`, async () => {
      const before = await stored();

      for (const [what, request, problem, pointers] of oddities) {
        const answer = await send(stack().backOffice, request);

        expectProblem(answer, PROBLEMS[problem].status, what);
        expect(answer.body.type, what).to.equal(PROBLEMS[problem].type);
        if (pointers) expect(pointersOf(answer), what).to.deep.equal(pointers);
      }

      expect(await stored()).to.equal(before);
    });
  }

  it("that HTTP itself doesn't allow never reach a function", async () => {
    const before = await stored();
    const body = JSON.stringify(orderBody());
    const requests = [
      { headers: { "Idempotency-Key": "a\u0000b" }, body },
      { headers: { "Bad Name": "x" }, body },
      { headers: { "X-Long": "x".repeat(100_000) }, body },
      { path: `/orders?${"x".repeat(100_000)}`, body },
      { headers: { "Content-Length": "-1" }, body },
      { headers: { "Content-Length": "5, 6" }, body },
      { method: "PO ST", body },
    ];

    for (const request of requests) {
      const answer = await send(stack().backOffice, request);
      expect(answer.status, JSON.stringify(request).slice(0, 80)).to.be.within(400, 499);
    }

    expect(await stored()).to.equal(before);
  });

  it("without a type, or with one that says more, are orders", async () => {
    const body = JSON.stringify(orderBody());
    const types = [undefined, "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"];

    for (const type of types) {
      const answer = await send(stack().storefront, { headers: { "Content-Type": type }, body });
      expect(answer.status, `${type}: ${JSON.stringify(answer.body)}`).to.equal(201);
    }
  });

  it("that say a thing twice mean it as they say it last", async () => {
    const body = JSON.stringify(orderBody()).replace("{", '{"customerEmail":"eve@example.com",');

    const { body: answer } = await send(stack().storefront, { body });

    const order = await stack().backOffice.get(`/orders/${answer.orderId}`);
    expect(order.body.customerEmail).to.equal("ada@example.com");
  });

  it("that ask for another method by a header get what they asked for first", async () => {
    const before = await stored();
    const names = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    const asked = names.map((name) =>
      send(stack().backOffice, { method: "GET", path: "/products", headers: { [name]: "PUT" } }),
    );

    for (const { status, body } of await Promise.all(asked)) {
      expect(status).to.equal(200);
      expect(body.products).to.have.lengthOf(2);
    }
    expect(await stored()).to.equal(before);
  });

  it("with the same accent written in two ways are of two customers, each shown as it was written", async () => {
    const [composed, decomposed] = ["Zo\u00eb", "Zoe\u0308"];
    for (const customerId of [composed, decomposed]) {
      await placeOrder(stack().storefront, { customerId, customerName: customerId });
    }

    for (const customerId of [composed, decomposed]) {
      const { body } = await stack().backOffice.get(`/orders?customerId=${encodeURIComponent(customerId ?? "")}`);
      expect(body.orders).to.have.lengthOf(1);
      expect(body.orders[0]).to.include({ customerId, customerName: customerId });
    }
  });

  it("with a cursor that was changed, or is another list's, are refused", async () => {
    const { backOffice, storefront } = stack();
    for (const customerId of ["A", "A", "B", "B"]) await placeOrder(storefront, { customerId });
    const cursorOf = async (client: ApiClient, path: string): Promise<string> =>
      (await client.get(`${path}limit=1`)).body.nextCursor;
    const cursor = await cursorOf(backOffice, "/orders?");
    const [position = "", signature = ""] = cursor.split(".");
    const ofAnother = await cursorOf(backOffice, "/orders?customerId=A&");
    const ofProducts = await cursorOf(storefront, "/products?");
    const elsewhere = Buffer.from("01a1fdf8-a932-7460-b6a4-b3aa026b1f36").toString("base64url");
    const forged = [
      ...Array.from(cursor, (_, index) => withBitFlipped(cursor, index)),
      ...[position, signature, `.${signature}`, `${position}.`, `${signature}.${position}`, `${cursor}=`, `${cursor}.`],
      ...[`${cursor}${cursor}`, `${elsewhere}.${signature}`, cursor.toUpperCase(), "", ".", "null", "\u0000"],
      ...[ofAnother, ofProducts],
    ];

    for (const wrong of forged) {
      const answer = await backOffice.get(`/orders?cursor=${encodeURIComponent(wrong)}`);
      expectProblem(answer, 400, wrong);
      expect(answer.body.type, wrong).to.equal(PROBLEMS["invalid-cursor"].type);
    }
    for (const filter of ["customerId=A", "customerId=B", "status=PENDING"]) {
      expectProblem(await backOffice.get(`/orders?${filter}&cursor=${cursor}`), 400, filter);
    }
    expect((await backOffice.get(`/orders?cursor=${cursor}`)).status, "as it was").to.equal(200);
  });
});

function pointersOf({ body }: Answer): string[] {
  return body.errors.map(({ pointer }: { pointer: string }) => pointer);
}

function withBitFlipped(text: string, index: number): string {
  return `${text.slice(0, index)}${String.fromCharCode(text.charCodeAt(index) ^ 1)}${text.slice(index + 1)}`;
}
