import { expect } from "chai";
import { countBy } from "es-toolkit";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import type { Order } from "../../domain/order.ts";
import { seconds } from "../../load/figures.ts";
import { percentile } from "../../load/statistics.ts";
import { unlessBusy } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { mailsTo } from "../support/mailbox.ts";
import { CUSTOMER_EMAIL, orderBody, stockCatalogue } from "../support/orders.ts";
import { deadLetters, messageCount } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";
import { type StoredItem, TestTable } from "../support/table.ts";

const ORDERS = 500;
const CONNECTIONS = 10;
const RARE_PIECES = 20;

/** What happens to a tenth of the orders each. */
const DECLINED = ORDERS / 10;
const OF_RARE_PRODUCT = ORDERS / 10;

describe("A burst of orders", () => {
  const stack = useLocalStack();
  let table: TestTable;
  let items: StoredItem[];
  /** Orders that were refused at once, since the rare product had sold out by then. */
  let refused: number;

  before("place orders as fast as the stack takes them, and wait until none is open", async () => {
    const { backOffice, storefront } = stack();
    table = TestTable.of(stack());
    const plenty = { productId: "PLENTY", name: "Plenty", price: 10, stock: ORDERS };
    const rare = { productId: "RARE", name: "Rare", price: 10, stock: RARE_PIECES };
    await stockCatalogue(backOffice, [plenty, rare]);
    const start = Date.now();

    const limit = pLimit(CONNECTIONS);
    const place = async (index: number) => {
      const productId = index % 10 === 1 ? "RARE" : "PLENTY";
      const paymentMethod = index % 10 === 0 ? "pm_card_chargeDeclined" : "pm_card_visa";
      const body = orderBody({ items: [{ productId, quantity: 1 }], paymentMethod });
      // A 503 is asked again, as clients do. The key keeps that from placing a second order.
      const key = { "Idempotency-Key": `order-${index}` };
      // Customers of the storefront could try another card: nobody waits for those of the back office.
      const api = paymentMethod === "pm_card_visa" ? storefront : backOffice;
      const { status } = await unlessBusy(() => api.post("/orders", body, key));
      expect(status).to.be.oneOf(productId === "RARE" ? [201, 422] : [201]);
      return status;
    };
    const statuses = await Promise.all(Array.from({ length: ORDERS }, (_, index) => limit(() => place(index))));
    const accepted = Date.now();
    refused = statuses.filter((status) => status === 422).length;
    await eventually(async () => expect(await table.openOrders()).to.equal(0));
    items = await table.items();

    const waits = ordersOf(items).map(({ createdAt, updatedAt }) => Date.parse(updatedAt) - Date.parse(createdAt));
    console.log(
      `    ${ORDERS} orders accepted in ${seconds(accepted - start)}, all final in ${seconds(Date.now() - start)};`,
    );
    console.log(
      `    from accepted to final: p50 ${seconds(percentile(waits, 50))}, p95 ${seconds(percentile(waits, 95))}`,
    );
  });

  it("brings each to its end", () => {
    const ends = countBy(ordersOf(items), ({ status, failureReason }) => failureReason ?? status);

    expect({ ...ends, OUT_OF_STOCK: ends.OUT_OF_STOCK ?? 0 }).to.deep.equal({
      COMPLETED: ORDERS - DECLINED - OF_RARE_PRODUCT + RARE_PIECES,
      PAYMENT_DECLINED: DECLINED,
      OUT_OF_STOCK: OF_RARE_PRODUCT - RARE_PIECES - refused,
    });
  });

  it("charges what is completed, and nothing else", () => {
    const charges = items.filter(({ sk }) => sk === "CHARGE");

    const sums = countBy(charges, ({ status, charges, refunds }) => `${status} ${charges} ${refunds}`);

    expect(sums).to.deep.equal({
      "CHARGED 1 0": ORDERS - DECLINED - OF_RARE_PRODUCT + RARE_PIECES,
      "VOIDED 0 0": DECLINED,
    });
  });

  it("takes from the stock what is completed, and nothing else", () => {
    const stock = items.filter(({ pk }) => pk === "PRODUCTS").map((product) => [product.sk, product.stock]);

    expect(Object.fromEntries(stock)).to.deep.equal({ PLENTY: DECLINED + OF_RARE_PRODUCT, RARE: 0 });
  });

  it("tells each customer once that it was placed, and once how it ended", async () => {
    const { outputs } = stack();
    expect(outputs.orderQueueUrl).to.be.a("string");

    const subjects = await eventually(async () => {
      const mails = await mailsTo(CUSTOMER_EMAIL, stack());
      expect(mails).to.have.lengthOf.at.least(2 * (ORDERS - refused));
      return mails.map(({ Subject }) => Subject);
    });

    expect(subjects).to.have.lengthOf(2 * (ORDERS - refused));
    expect(new Set(subjects)).to.have.lengthOf(2 * (ORDERS - refused));
  });

  it("leaves nothing in the dead-letter queues", async () => {
    expect(await messageCount(stack().outputs.orderQueueUrl ?? "", stack())).to.equal(0);
    expect(await deadLetters(stack())).to.deep.equal([]);
  });
});

function ordersOf(items: StoredItem[]): Order[] {
  return items.filter(({ sk }) => sk === "ORDER") as unknown as Order[];
}
