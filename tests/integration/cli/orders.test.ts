import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { escapeRegExp } from "es-toolkit";
import { after, before, describe, it } from "mocha";
import { v7 as uuidv7 } from "uuid";
import type {
  BookingList,
  FullOrder,
  OrderCreated,
  OrderList,
  ProductList,
} from "../../../domain/contract/responses.ts";
import { eventually } from "../../support/eventually.ts";
import { mailsTo, textsTo } from "../../support/mailbox.ts";
import { CUSTOMER_EMAIL, LAPTOP_STAND, orderBody, placeOrder, stockCatalogue } from "../../support/orders.ts";
import { orders, ordersJson } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";
import { type StoredItem, TestTable } from "../../support/table.ts";

const DECLINED = { paymentMethod: "pm_card_chargeDeclined" };
const HANGS = { paymentMethod: "pm_simulated_timeout" };

describe("orders: orders and products", () => {
  const stack = useLocalStack({ smsCountries: '["US"]' });
  const folder = mkdtempSync(join(tmpdir(), "orders-command-"));
  before("stock the catalogue", () => stockCatalogue(stack().backOffice));
  after("clean up", () => rmSync(folder, { recursive: true }));

  const ended = async (orderId: string) => (await orders(stack(), ["watch", orderId])).exitCode;

  it("places an order, once per key", async () => {
    const args = [
      "place",
      "PROD-001:2",
      "PROD-002",
      "--email",
      "ada@example.com",
      "--name",
      "Ada",
      "--key",
      "basket-1",
    ];

    const shown = await orders(stack(), args);
    const placed = await ordersJson<OrderCreated & { idempotencyKey: string }>(stack(), args);
    const order = await ordersJson<FullOrder>(stack(), ["get", placed.orderId]);

    expect(shown).to.include({ errors: "", exitCode: 0 });
    expect(shown.output).to.equal(
      `Placed order ${placed.orderId}, 109.97 USD. Follow it with "./orders watch ${placed.orderId} --stack ${stack().name}".\n`,
    );
    expect(placed).to.include({ totalAmount: 109.97, idempotencyKey: "basket-1" });
    expect(order).to.include({ customerEmail: "ada@example.com", customerName: "Ada" });
    expect(order.items.map(({ productId, quantity }) => `${productId}:${quantity}`)).to.deep.equal([
      "PROD-001:2",
      "PROD-002:1",
    ]);
  });

  it("places an order from a file or standard input, with options taking precedence", async () => {
    const file = join(folder, "order.json");
    writeFileSync(file, JSON.stringify(orderBody({ customerName: "Ada", customerId: "CUST-1" })));

    const { orderId } = await ordersJson<OrderCreated>(stack(), ["place", "--file", file, "--name", "Grace"]);
    const input = JSON.stringify(orderBody({ customerName: "Joan" }));
    const piped = await ordersJson<OrderCreated>(stack(), ["place", "--file", "-"], { input });

    const order = await ordersJson<FullOrder>(stack(), ["get", orderId]);
    expect(order).to.include({ customerName: "Grace", customerId: "CUST-1" });
    expect(await ordersJson<FullOrder>(stack(), ["get", piped.orderId])).to.include({ customerName: "Joan" });
    expect(piped.orderId, "another key, another order").to.not.equal(orderId);
  });

  it("takes a file as editors save it, with a byte-order mark, and refuses what is not UTF-8", async () => {
    const body = JSON.stringify(orderBody({ customerName: "José" }));
    const file = join(folder, "order-of-jose.json");
    const placeFile = async (content: Buffer) => {
      writeFileSync(file, content);
      return [
        await orders(stack(), ["place", "--file", file, "--json"]),
        await orders(stack(), ["place", "--file", "-", "--json"], { input: content }),
      ];
    };

    const marked = await placeFile(Buffer.from(`\ufeff${body}`));
    // What older editors write, and older PowerShells.
    const windows = await placeFile(Buffer.from(body, "latin1"));
    const wide = await placeFile(Buffer.from(`\ufeff${body}`, "utf16le"));

    for (const { output, errors } of marked) {
      expect(errors).to.equal("");
      const { customerName } = await ordersJson<FullOrder>(stack(), ["get", JSON.parse(output).orderId]);
      expect(customerName).to.equal("José");
    }
    for (const { output, errors, exitCode } of [...windows, ...wide]) {
      expect([output, exitCode]).to.deep.equal(["", 2]);
      expect(JSON.parse(errors).detail).to.match(/^(.*order-of-jose\.json|Standard input) is not UTF-8: save it /);
    }
  });

  it("takes an address field by field, also over that of a file, and the API says what is missing", async () => {
    const address = { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" };
    const file = join(folder, "addressed.json");
    writeFileSync(file, JSON.stringify(orderBody({ customerName: "Ada", shippingAddress: address })));
    const flags = ["--street", "123 Main St", "--city", "New York", "--state", "NY", "--zip-code", "10001"];
    const place = ["place", "PROD-001", "-e", CUSTOMER_EMAIL, "--name", "Ada"];
    const toDublin = ["--street", "1 Main St", "--district", "Ranelagh", "--city", "Dublin", "--country", "IE"];

    const said = await ordersJson<OrderCreated>(stack(), [...place, ...flags, "--country", "usa"]);
    const moved = await ordersJson<OrderCreated>(stack(), ["place", "--file", file, "--street", "7 Side St"]);
    const irish = await ordersJson<OrderCreated>(stack(), [...place, ...toDublin]);
    const incomplete = await orders(stack(), [...place, "--city", "New York", "--country", "US"]);

    const addressOf = async ({ orderId }: OrderCreated) =>
      (await ordersJson<FullOrder>(stack(), ["get", orderId])).shippingAddress;
    expect(await addressOf(said)).to.deep.equal(address);
    expect(await addressOf(moved)).to.deep.equal({ ...address, street: "7 Side St" });
    expect(await addressOf(irish)).to.deep.equal({
      street: "1 Main St",
      district: "Ranelagh",
      city: "Dublin",
      country: "IE",
    });
    expect(incomplete.exitCode).to.equal(1);
    for (const field of ["street", "state", "zipCode"])
      expect(incomplete.errors).to.include(`/shippingAddress/${field}: `);
  });

  it("follows an order that it has placed, and ends as watching does", async () => {
    const place = ["place", "PROD-001", "-e", CUSTOMER_EMAIL, "--watch"];

    const fulfilled = await orders(stack(), place);
    const declined = await orders(stack(), [...place, "--payment", DECLINED.paymentMethod, "--json"]);

    expect(fulfilled).to.include({ errors: "", exitCode: 0 });
    expect(fulfilled.output).to.match(
      /^Placed order \S+, 29\.99 USD\.\n\S+Z {2}PENDING\n\S+Z {2}PROCESSING\n\S+Z {2}COMPLETED\nThe order \S+ is COMPLETED, /,
    );
    expect(declined.exitCode).to.equal(4);
    expect(JSON.parse(declined.output)).to.include({ status: "FAILED" });
  });

  it("reports missing input, and what the API refuses", async () => {
    const missing = join(folder, "missing.json");
    const file = join(folder, "items.json");
    writeFileSync(file, JSON.stringify(orderBody()));
    const refusals: [string[], string, number, RegExp][] = [
      [
        ["--email", "ada@example.com"],
        "",
        2,
        /^Say what to order, such as PROD-001:2, or give a file with --file\.\n$/,
      ],
      [["PROD-001"], "", 2, /^Give the customer's address with --email\.\n$/],
      [["PROD-002:3", "--file", file], "", 2, /^Say what to order either in the file or as arguments, not both\.\n$/],
      [["PROD-002:3", "--file", "-"], "{}", 2, /^Say what to order either in the file or as arguments, not both\.\n$/],
      [["--file", missing], "", 2, /missing\.json can't be read: ENOENT/],
      [["--file", "-"], "nonsense", 2, /^Standard input is not JSON: /],
      [["--file", "-"], "[]", 2, /^Standard input is not a JSON object: /],
      [["PROD-001", "-e", "nobody"], "", 1, /^Validation failed:\n {2}\/customerEmail: .* email address/],
      [["NONE:1", "-e", "ada@example.com"], "", 1, /NONE/],
    ];
    for (const [args, input, exitCode, words] of refusals) {
      const refused = await orders(stack(), ["place", ...args], { input });

      expect(refused, args.join(" ")).to.include({ output: "", exitCode });
      expect(refused.errors).to.match(words);
    }
  });

  it("shows an order, and has an exit code of its own for unknown orders", async () => {
    const orderId = await placeOrder(stack().storefront, { customerName: "Ada Lovelace" });

    const shown = await orders(stack(), ["get", orderId]);
    const missing = await orders(stack(), ["get", uuidv7()]);
    const nonsense = await orders(stack(), ["get", "nonsense"]);

    expect(shown).to.include({ errors: "", exitCode: 0 });
    expect(shown.output)
      .to.match(new RegExp(`^Order +${orderId}$`, "m"))
      .and.to.match(/^Total +29.99 USD$/m)
      .and.to.match(/^Name +Ada Lovelace$/m)
      .and.to.match(/^PROD-001 +Laptop stand +1 +29.99$/m)
      .and.to.match(/^20\S+Z {2}PENDING$/m);
    expect(missing).to.include({ output: "", exitCode: 3 });
    expect(missing.errors).to.match(/^There is no order .*\.\n$/);
    expect(nonsense).to.include({ output: "", exitCode: 2 });
    expect(nonsense.errors).to.include("An order's id looks like");
  });

  it("lists an order's messages, and sends them again once it is confirmed", async () => {
    const customerEmail = "resend@example.com";
    const orderId = await placeOrder(stack().storefront, {
      customerEmail,
      customerPhone: "+12025550147",
      smsUpdates: true,
    });
    const listed = () => ordersJson<{ message: string; status: string }[]>(stack(), ["messages", orderId]);
    const resend = (...args: string[]) => orders(stack(), ["messages", "resend", orderId, ...args]);
    const all = ["MAIL#placed", "MAIL#completed", "SMS#completed"];
    const sent = await eventually(async () => {
      const messages = await listed();
      expect(messages.map(({ message, status }) => `${message} ${status}`)).to.deep.equal(
        all.map((id) => `${id} SENT`),
      );
      return messages;
    });

    const shown = await orders(stack(), ["messages", orderId]);
    const nothing = await resend();
    const unknown = await resend("MAIL#delivered", "--yes");
    const unconfirmed = await resend("MAIL#placed");
    const again = await resend("MAIL#placed", "--yes");

    expect(sent).to.have.length(3);
    expect(shown.output).to.match(/^MAIL#placed +SENT +20\S+Z$/m);
    expect(nothing.output).to.equal(`All messages were sent. Name those to send again, of ${all.join(", ")}.\n`);
    expect(unknown).to.include({ exitCode: 3 });
    expect(unknown.errors).to.equal(`The order has no message MAIL#delivered. It has ${all.join(", ")}.\n`);
    expect(unconfirmed).to.include({ exitCode: 1 });
    expect(again.output).to.include(`MAIL#placed will be sent again. "./orders messages ${orderId}" shows when.`);
    await eventually(async () => expect(await mailsTo(customerEmail, stack())).to.have.length(3));
    expect(await textsTo("+12025550147", stack())).to.have.length(1);
  });

  it("sends again what is not recorded as sent", async () => {
    const customerEmail = "unknown@example.com";
    const orderId = await placeOrder(stack().storefront, { customerEmail });
    await eventually(async () => expect(await mailsTo(customerEmail, stack())).to.have.length(2));
    const [claim] = (await TestTable.of(stack()).partition(`ORDER#${orderId}`)).filter(
      ({ sk }) => sk === "MAIL#placed",
    );
    await TestTable.of(stack()).put({ ...(claim as StoredItem), status: "UNKNOWN", sends: 2 });

    const { output } = await orders(stack(), ["messages", "resend", orderId, "--yes"]);

    expect(output).to.match(/^MAIL#placed will be sent again\./);
    await eventually(async () => expect(await mailsTo(customerEmail, stack())).to.have.length(3));
  });

  it("lists orders by customer and status, by pages or all", async () => {
    const customerId = "CUST-LIST";
    const list = ["list", "--customer", customerId];
    const ids = [];
    for (let count = 0; count < 3; count++) ids.unshift(await placeOrder(stack().storefront, { customerId }));

    const page = await ordersJson<OrderList>(stack(), [...list, "--limit", "2"]);
    const next = await ordersJson<OrderList>(stack(), [...list, "--cursor", page.nextCursor ?? ""]);
    const all = await ordersJson<OrderList>(stack(), [...list, "--all"]);
    const shown = await orders(stack(), [...list, "--limit", "2"]);
    const none = await orders(stack(), ["list", "--customer", "NOBODY"]);

    expect([page, next].map(({ orders }) => orders.map(({ orderId }) => orderId))).to.deep.equal([
      ids.slice(0, 2),
      ids.slice(2),
    ]);
    expect(all).to.include({ count: 3 }).and.not.to.have.property("nextCursor");
    expect(shown.output).to.match(
      new RegExp(`^ORDER .*\n${ids[0]} .* 29.99 USD +20\\S+Z +${escapeRegExp(CUSTOMER_EMAIL)} +PROD-001:1`),
    );
    expect(shown.output).to.match(/\nThere are more: add --all, or --cursor \S+\n$/);
    expect(none).to.include({ output: "No orders.\n", exitCode: 0 });
    expect((await orders(stack(), ["list", "--status", "LOST"])).exitCode).to.equal(2);
    expect((await orders(stack(), ["list", "--status", "failed"])).exitCode).to.equal(0);
    expect((await orders(stack(), ["list", "--all", "--limit", "2"])).exitCode).to.equal(2);
  });

  it("watches an order until it is final, with an exit code for each outcome", async () => {
    const good = await placeOrder(stack().storefront);
    const bad = await placeOrder(stack().backOffice, DECLINED);
    const late = await placeOrder(stack().storefront, HANGS);

    const [fulfilled, failed, hanging] = await Promise.all([
      orders(stack(), ["watch", good]),
      orders(stack(), ["watch", bad]),
      orders(stack(), ["watch", late, "--timeout", "1s"]),
    ]);
    const again = await orders(stack(), ["watch", bad, "--json"]);

    expect(fulfilled).to.include({ errors: "", exitCode: 0 });
    expect(fulfilled.output).to.match(
      /^\S+Z {2}PENDING\n\S+Z {2}PROCESSING\n\S+Z {2}COMPLETED\nThe order .* COMPLETED, /,
    );
    expect(failed.exitCode).to.equal(4);
    expect(failed.output).to.match(/Z {2}FAILED: The payment was declined\..*\nThe order .* is FAILED, /);
    expect(hanging.exitCode).to.equal(5);
    expect(hanging.output).to.match(/ is still P\w+ after 1 s\./);
    expect(again.exitCode).to.equal(4);
    expect(JSON.parse(again.output)).to.include({ orderId: bad, status: "FAILED" });
    expect((await orders(stack(), ["watch", uuidv7()])).exitCode).to.equal(3);
  });

  it("ships and delivers an order, and explains a refusal", async () => {
    const orderId = await placeOrder(stack().storefront);
    expect(await ended(orderId)).to.equal(0);

    const early = await orders(stack(), ["status", orderId, "DELIVERED"]);
    const shipped = await orders(stack(), ["status", orderId, "SHIPPED"]);
    const delivered = await ordersJson<FullOrder>(stack(), ["status", orderId, "DELIVERED"]);

    expect(early).to.include({
      output: "",
      errors: "The order is COMPLETED and can't become DELIVERED.\n",
      exitCode: 1,
    });
    expect(shipped).to.include({ output: `Order ${orderId} is SHIPPED.\n`, exitCode: 0 });
    expect(delivered).to.include({ orderId, status: "DELIVERED" });
    expect((await orders(stack(), ["status", orderId, "FAILED"])).exitCode).to.equal(2);
  });

  it("cancels an order, also repeatedly, but not once it is shipped", async () => {
    const orderId = await placeOrder(stack().storefront);
    const shippedId = await placeOrder(stack().storefront);
    expect([await ended(orderId), await ended(shippedId)]).to.deep.equal([0, 0]);
    await ordersJson(stack(), ["status", shippedId, "SHIPPED"]);

    const cancelled = await orders(stack(), ["cancel", orderId, "--yes"]);
    const again = await ordersJson(stack(), ["cancel", orderId, "--yes"]);
    const refused = await orders(stack(), ["cancel", shippedId, "--yes"]);

    expect(cancelled).to.include({ output: `Order will be cancelled: ${orderId}.\n`, exitCode: 0 });
    expect(again).to.include({ orderId });
    expect(refused).to.include({ errors: "The order is SHIPPED and can't be cancelled.\n", exitCode: 1 });
    expect(await ended(orderId)).to.equal(4);
  });

  it("cancels nothing unless somebody means it", async () => {
    const orderId = await placeOrder(stack().storefront);
    const terminal = { columns: 80, canAsk: true };

    const unasked = await orders(stack(), ["cancel", orderId]);
    const no = await orders(stack(), ["cancel", orderId], { ...terminal, input: "\n" });
    const untouched = await ordersJson<FullOrder>(stack(), ["get", orderId]);
    const yes = await orders(stack(), ["cancel", orderId], { ...terminal, input: "y\n" });

    const question = `Cancel the order ${orderId}?`;
    expect(unasked.errors).to.equal(`${question} Nothing was done: add --yes to confirm.\n`);
    expect(no.errors)
      .to.include(`${question} [y/N] `)
      .and.to.match(/Nothing was done\.\n$/);
    expect([unasked, no].map(({ exitCode }) => exitCode)).to.deep.equal([1, 1]);
    expect(untouched).not.to.have.property("cancelRequestedAt");
    expect(yes).to.include({ output: `Order will be cancelled: ${orderId}.\n`, exitCode: 0 });
  });

  it("refunds units or an amount, once for each key, and shows what became of it", async () => {
    const orderId = await placeOrder(stack().storefront);
    expect(await ended(orderId)).to.equal(0);
    const refund = (...more: string[]) =>
      orders(stack(), ["refund", orderId, "--reason", "Came back", "--yes", ...more]);

    const amount = await refund("--amount", "9.99", "--key", `${orderId}-1`);
    const again = await refund("--amount", "9.99", "--key", `${orderId}-1`);
    const tooMuch = await refund("--item", "PROD-001:1");
    const nothing = await refund();

    expect(amount).to.include({
      output: `9.99 USD will be refunded. "./orders get ${orderId} --stack ${stack().name}" shows when.\n`,
      exitCode: 0,
    });
    expect(again).to.include({ output: amount.output, exitCode: 0 });
    expect(tooMuch.errors).to.include("20 USD can still be refunded, not 29.99.");
    expect(nothing).to.include({
      errors: "Say how much with --amount, or what with --item PRODUCT:QUANTITY.\n",
      exitCode: 2,
    });
    await eventually(async () => {
      const { output } = await orders(stack(), ["get", orderId]);
      expect(output)
        .to.match(/^Charged +29\.99, refunded 9\.99$/m)
        .and.to.match(/ 9\.99 +SUCCEEDED +Came back$/m);
    });
  });

  it("knows an order by the beginning of its id, however it is written", async () => {
    const orderId = await placeOrder(stack().storefront);
    const list = await orders(stack(), ["list", "--limit", "1"], { columns: 100 });
    const [short = ""] = /^0\S+/m.exec(list.output) ?? [];

    const found = await ordersJson<FullOrder>(stack(), ["get", short]);
    const linked = await ordersJson<FullOrder>(stack(), ["get", `https://shop/order.html#${orderId.toUpperCase()}`]);
    const unknown = await orders(stack(), ["get", "00000000"]);
    const ambiguous = await orders(stack(), ["get", orderId.slice(0, 8), "--json"]);

    expect(short).to.have.lengthOf.below(orderId.length);
    expect(list.output).to.match(/ \d+ sec ago /);
    expect([found.orderId, linked.orderId]).to.deep.equal([orderId, orderId]);
    expect(unknown).to.include({
      errors: `There is no order whose id begins with 00000000 in ${stack().name}.\n`,
      exitCode: 3,
    });
    expect(JSON.parse(ambiguous.errors)).to.include({ title: "Wrong usage", exitCode: 2 });
    expect(ambiguous.errors).to.include(orderId.slice(0, 13));
  });

  it("refuses with a problem document where a script asks", async () => {
    const orderId = uuidv7();

    const missing = await orders(stack(), ["get", orderId, "--json"]);
    const wrong = await orders(stack(), ["place", "PROD-001", "-e", "nobody", "--json"]);

    expect([missing, wrong].map(({ output }) => output)).to.deep.equal(["", ""]);
    expect(JSON.parse(missing.errors)).to.include({ status: 404, exitCode: 3 }).and.to.have.property("detail");
    expect(JSON.parse(wrong.errors).errors[0]).to.include({ pointer: "/customerEmail" });
  });

  it("maintains the catalogue", async () => {
    const put = (...more: string[]) => ["products", "put", "PROD-006", "--name", "Webcam", ...more];

    const added = await orders(stack(), put("--price", "59.90", "--stock", "40"));
    const again = await orders(stack(), put("--price", "59.90", "--stock", "39"));
    const cheaper = await ordersJson(stack(), put("--price", "49.90", "--image", "/webcam.webp"));
    const unknown = await orders(stack(), ["products", "put", "PROD-007", "--name", "Desk", "--price", "99"]);
    const hidden = await orders(stack(), ["products", "patch", "PROD-006", "--no-active", "--no-image"]);
    const shown = await orders(stack(), ["products", "list", "--all"]);
    const replaced = await orders(stack(), put("--price", "39.90", "--no-active"));
    const page = await ordersJson<ProductList>(stack(), ["products", "list", "--limit", "1"]);
    const incomplete = await orders(stack(), ["products", "put", "PROD-006", "--price", "59.90"]);
    const empty = await orders(stack(), ["products", "patch", "PROD-006"]);

    expect(added).to.include({
      output: "PROD-006 is in the catalogue: Webcam, 59.90 USD, 40 in stock.\n",
      exitCode: 0,
    });
    expect(again.exitCode).to.equal(1);
    expect(again.errors).to.include("POST /products/PROD-006/stock");
    expect(cheaper).to.deep.equal({
      ...{ productId: "PROD-006", name: "Webcam", price: 49.9, currency: "USD", image: "/webcam.webp", stock: 40 },
      ...{ active: true, onHand: 40, reserved: 0 },
    });
    expect(unknown.exitCode).to.equal(1);
    expect(unknown.errors).to.include("A new product needs a stock.");
    expect(hidden).to.include({ output: "PROD-006 is inactive: Webcam, 49.90 USD, 40 in stock.\n", exitCode: 0 });
    expect(shown.output)
      .to.match(/^PRODUCT +NAME +PRICE +STOCK +RESERVED +ON HAND/m)
      .and.to.match(/^PROD-006 +Webcam +49.90 +40 +0 +40 +inactive$/m);
    expect(replaced).to.include({ output: "PROD-006 is inactive: Webcam, 39.90 USD, 40 in stock.\n", exitCode: 0 });
    expect(page.products.map(({ productId }) => productId)).to.deep.equal([LAPTOP_STAND.productId]);
    expect(page).to.have.property("nextCursor");
    expect(incomplete.exitCode).to.equal(2);
    expect(incomplete.errors).to.include("Required option '--name <name>' not specified.");
    expect(empty.exitCode).to.equal(2);
  });

  it("books stock, lists the bookings, and finds and corrects stock that they don't explain", async () => {
    await orders(stack(), ["products", "put", "PROD-008", "--name", "Lamp", "--price", "20", "--stock", "5"]);
    const book = (...more: string[]) => orders(stack(), ["stock", "book", "PROD-008", ...more]);

    const received = await book("--delta", "10", "--reason", "received", "--reference", "delivery-1");
    const broken = await book("--delta", "-1", "--reason", "DAMAGED");
    const outdated = await book("--count", "14", "--expected", "15", "--reason", "COUNTED");
    const vague = await book("--count", "14", "--reason", "COUNTED");
    const listed = await orders(stack(), ["stock", "list", "PROD-008"]);
    const pages = await orders(stack(), ["stock", "list", "PROD-008", "--limit", "1"]);
    const all = await ordersJson<BookingList>(stack(), ["stock", "list", "PROD-008", "--all"]);
    const right = await orders(stack(), ["stock", "check"]);
    await TestTable.of(stack()).sellOut("PROD-008");
    const wrong = await orders(stack(), ["stock", "check"]);
    const fixed = await orders(stack(), ["stock", "check", "--fix"]);
    const after = await orders(stack(), ["stock", "check"]);

    expect(received).to.include({ output: "Booked +10 of PROD-008: 15 on hand.\n", exitCode: 0 });
    expect(broken).to.include({ output: "Booked -1 of PROD-008: 14 on hand.\n", exitCode: 0 });
    expect(outdated.exitCode).to.equal(1);
    expect(outdated.errors).to.include("There are 14 units on hand, not 15.");
    expect(vague.exitCode).to.equal(2);
    expect(listed.output).to.match(/-1 +14 +DAMAGED.*\n.*\+10 +15 +RECEIVED +delivery-1.*\n.*\+5 +5 +RECEIVED/);
    expect(pages.output).to.include("There are more: add --all");
    expect(all.bookings).to.have.length(3);
    expect(right).to.include({ exitCode: 0 });
    expect(right.output).to.match(/^Bookings and orders explain the stock of \d products\.$/m);
    expect(wrong).to.include({ exitCode: 1 });
    expect(wrong.output).to.include(
      "PROD-008: 0 available, 14 on hand; bookings and orders say 14 available, 14 on hand, 0 reserved.",
    );
    expect([fixed.exitCode, after.exitCode]).to.deep.equal([0, 0]);
    expect((await stack().backOffice.get("/products/PROD-008")).body).to.include({ stock: 14, onHand: 14 });
  });

  it("says how many orders are short, and asks before it corrects what version 0.1 seems to have set", async () => {
    await orders(stack(), ["products", "put", "PROD-009", "--name", "Rug", "--price", "20", "--stock", "5"]);
    const placed = await orders(stack(), ["place", "PROD-009:4", "--email", "ada@example.com", "--watch"]);
    const broken = await orders(stack(), ["stock", "book", "PROD-009", "--delta", "-3", "--reason", "DAMAGED"]);
    const short = await orders(stack(), ["stock", "check", "--fix"]);
    await TestTable.of(stack()).setStock("PROD-009", 12);

    const refused = await orders(stack(), ["stock", "check", "--fix"]);
    const fixed = await orders(stack(), ["stock", "check", "--fix", "--yes"]);

    const advice = `1 order is short: ./orders attention --stack ${stack().name}\n`;
    expect(placed.exitCode).to.equal(0);
    expect(broken).to.include({ output: `Booked -3 of PROD-009: 2 on hand.\n${advice}`, exitCode: 0 });
    expect(short.exitCode).to.equal(0);
    expect(short.output).to.include(advice);
    expect(refused.exitCode).to.equal(1);
    expect(refused.errors).to.include("in units: PROD-009 14.").and.to.include("Nothing was done: add --yes");
    expect(fixed.exitCode).to.equal(0);
    expect((await stack().backOffice.get("/products/PROD-009")).body).to.include({ stock: 0, onHand: 2, reserved: 4 });
  });

  it("never prints a key", async () => {
    const verbs = [["list"], ["products", "list"], ["doctor"], ["doctor", "--json"], ["get", uuidv7()]];
    const { apiKey = "", storefrontKey = "" } = stack().outputs;

    const runs = await Promise.all(verbs.map((args) => orders(stack(), args)));

    expect([apiKey, storefrontKey].map(({ length }) => length > 10)).to.deep.equal([true, true]);
    for (const { output, errors } of runs) {
      expect(output + errors)
        .to.not.include(apiKey)
        .and.not.to.include(storefrontKey);
    }
  });
});
