import { BatchWriteItemCommand, type BatchWriteItemCommandOutput, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { v7 as uuidv7 } from "uuid";
import type { Order } from "../../domain/order.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { orderItem } from "../../store/orders.ts";

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
export async function fill(stack: Stack, count: number, onBatch: (done: number) => void = () => {}): Promise<void> {
  const { client, table, shards } = ordersTable(stack);
  const first = Date.now() - count * 1_000;
  let next = 0;
  const work = async () => {
    while (next < count) {
      const from = next;
      next = Math.min(count, from + BATCH_SIZE);
      let requests: WriteRequest[] | undefined = Array.from({ length: next - from }, (_, index) => ({
        PutRequest: { Item: orderItem({ shards }, completedOrder(first + (from + index) * 1_000, from + index)) },
      }));
      while (requests?.length) {
        const write = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
        const response: BatchWriteItemCommandOutput = await client.send(write);
        requests = response.UnprocessedItems?.[table];
      }
      onBatch(next);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
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
