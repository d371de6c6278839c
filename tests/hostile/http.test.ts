import { expect } from "chai";
import { before, describe, it } from "mocha";
import { PROBLEMS } from "../../domain/problem.ts";
import { type ApiClient, type ApiResponse, expectProblem } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { CUSTOMER_EMAIL, orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { BODIES, KEYS, type MalformedRequest, PRODUCT_CHANGES, TARGETS } from "./malformed-requests.ts";
import { send } from "./raw-http.ts";

describe("Malformed requests", () => {
  const stack = useLocalStack();
  before(() => stockCatalogue(stack().backOffice));

  /** The number of items once all orders are final, without the records of emails, which may follow later. */
  const storedItems = async () => {
    const table = TestTable.of(stack());
    await eventually(async () => expect(await table.openOrders()).to.equal(0));
    return (await table.items()).filter(({ sk }) => !sk.startsWith("MAIL")).length;
  };

  const tables: [string, MalformedRequest[]][] = [
    ["bodies", BODIES],
    ["idempotency keys", KEYS],
    ["changes of products", PRODUCT_CHANGES],
    ["paths and queries", TARGETS],
  ];
  for (const [kind, requests] of tables) {
    it(`with ${requests.length} invalid ${kind} get the specific problem, and store nothing`, async () => {
      const before = await storedItems();

      for (const [what, request, problem, pointers] of requests) {
        const response = await send(stack().backOffice, request);

        expectProblem(response, PROBLEMS[problem].status, what);
        expect(response.body.type, what).to.equal(PROBLEMS[problem].type);
        if (pointers) expect(pointersOf(response), what).to.deep.equal(pointers);
      }

      expect(await storedItems()).to.equal(before);
    });
  }

  it("that violate HTTP never reach a function", async () => {
    const before = await storedItems();
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
      const response = await send(stack().backOffice, request);
      expect(response.status, JSON.stringify(request).slice(0, 80)).to.be.within(400, 499);
    }

    expect(await storedItems()).to.equal(before);
  });

  it("are accepted without a content type, or with parameters in it", async () => {
    const body = JSON.stringify(orderBody());
    const types = [undefined, "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"];

    for (const type of types) {
      const response = await send(stack().storefront, { headers: { "Content-Type": type }, body });
      expect(response.status, `${type}: ${JSON.stringify(response.body)}`).to.equal(201);
    }
  });

  it("with duplicate fields count with the last value", async () => {
    const body = JSON.stringify(orderBody()).replace("{", '{"customerEmail":"eve@example.com",');

    const { body: response } = await send(stack().storefront, { body });

    const order = await stack().backOffice.get(`/orders/${response.orderId}`);
    expect(order.body.customerEmail).to.equal(CUSTOMER_EMAIL);
  });

  it("with method override headers are handled by their actual method", async () => {
    const before = await storedItems();
    const names = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    const requests = names.map((name) =>
      send(stack().backOffice, { method: "GET", path: "/products", headers: { [name]: "PUT" } }),
    );

    for (const { status, body } of await Promise.all(requests)) {
      expect(status).to.equal(200);
      expect(body.products).to.have.lengthOf(2);
    }
    expect(await storedItems()).to.equal(before);
  });

  it("with two Unicode forms of a name belong to two customers, each shown unchanged", async () => {
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

  it("with an altered cursor, or one of another list, are refused", async () => {
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
      const response = await backOffice.get(`/orders?cursor=${encodeURIComponent(wrong)}`);
      expectProblem(response, 400, wrong);
      expect(response.body.type, wrong).to.equal(PROBLEMS["invalid-cursor"].type);
    }
    for (const filter of ["customerId=A", "customerId=B", "status=PENDING"]) {
      expectProblem(await backOffice.get(`/orders?${filter}&cursor=${cursor}`), 400, filter);
    }
    expect((await backOffice.get(`/orders?cursor=${cursor}`)).status, "as it was").to.equal(200);
  });
});

function pointersOf({ body }: ApiResponse): string[] {
  return body.errors.map(({ pointer }: { pointer: string }) => pointer);
}

function withBitFlipped(text: string, index: number): string {
  return `${text.slice(0, index)}${String.fromCharCode(text.charCodeAt(index) ^ 1)}${text.slice(index + 1)}`;
}
