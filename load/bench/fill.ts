import { BatchWriteItemCommand, type BatchWriteItemCommandOutput, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { chunk, range } from "es-toolkit";
import pLimit from "p-limit";
import { v7 as uuidv7 } from "uuid";
import { toMinor } from "../../domain/money.ts";
import type { Order } from "../../domain/order.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { detailsItem, newProductItem } from "../../store/describe-product.ts";
import type { Item } from "../../store/items.ts";
import { orderItem } from "../../store/orders.ts";
import { productAt } from "./orders.ts";

/** DynamoDB's limit. */
const BATCH_SIZE = 25;
const CONCURRENCY = 4;
/** The bench lists the orders of one of them. */
const CUSTOMERS = 10;

/**
 * Fills the table with completed orders, one per second up to now, as the system itself would have written them.
 *
 * @param onBatch - Called with the number written so far.
 */
export function fillOrders(stack: Stack, count: number, onBatch?: (done: number) => void): Promise<void> {
  const first = Date.now() - count * 1_000;
  return fill(
    stack,
    count,
    (index, shards) => [orderItem({ shards }, completedOrder(first + index * 1_000, index))],
    onBatch,
  );
}

/**
 * Fills the table with products, each with a description and an image. The first two are those of the bench's orders.
 *
 * @param onBatch - Called with the number written so far.
 */
export function fillProducts(stack: Stack, count: number, onBatch?: (done: number) => void): Promise<void> {
  return fill(stack, count, productItems, onBatch);
}

/** @param itemsOf - The items of the entry at an index, from 0. */
async function fill(
  stack: Stack,
  count: number,
  itemsOf: (index: number, shards: number) => Item[],
  onBatch: (done: number) => void = () => {},
): Promise<void> {
  const { client, table, shards } = ordersTable(stack);
  const batches = chunk(range(count), Math.floor(BATCH_SIZE / itemsOf(0, shards).length));
  let done = 0;
  await pLimit(CONCURRENCY).map(batches, async (batch) => {
    let requests: WriteRequest[] | undefined = batch
      .flatMap((index) => itemsOf(index, shards))
      .map((Item) => ({ PutRequest: { Item } }));
    while (requests?.length) {
      const write = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
      const response: BatchWriteItemCommandOutput = await client.send(write);
      requests = response.UnprocessedItems?.[table];
    }
    done += batch.length;
    onBatch(done);
  });
  client.destroy();
}

function completedOrder(time: number, index: number): Order {
  const at = new Date(time).toISOString();
  return {
    orderId: uuidv7({ msecs: time }),
    status: "COMPLETED",
    version: 3,
    items: [
      { productId: "PROD-001", name: "Product 1", quantity: 2, unitPriceMinor: 2_999 },
      { productId: "PROD-002", name: "Product 2", quantity: 1, unitPriceMinor: 4_999 },
    ],
    totalMinor: 10_997,
    currency: "USD",
    customerEmail: "customer@example.com",
    customerId: `CUST-${index % CUSTOMERS}`,
    shippingAddress: { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" },
    createdAt: at,
    updatedAt: at,
    history: [
      { status: "PENDING", at },
      { status: "PROCESSING", at },
      { status: "COMPLETED", at },
    ],
  };
}

function productItems(index: number): Item[] {
  const { productId, name, price, stock } = productAt(index);
  const description = `What customers should know about ${name}, in a sentence or two.`;
  return [
    newProductItem(productId, { name, priceMinor: toMinor(price, "USD"), active: true }, stock),
    detailsItem(productId, { description, image: `/pictures/${productId}.webp` }),
  ];
}
