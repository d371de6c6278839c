import { randomUUID } from "node:crypto";
import { backOfficeClient, bodyOf } from "../../stacks/api-client.ts";
import type { Context, Report } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { fullOrderId } from "../order-id.ts";
import { nextCommand } from "../output/next-command.ts";
import { priceText } from "../output/price-text.ts";
import type { RequestedItem } from "./place.ts";
import { repeatable } from "./repeatable.ts";

/** The options of `refund`. */
export interface RefundOptions {
  amount?: number;
  item?: RequestedItem[];
  reason: string;
  key?: string;
  yes?: true;
}

/**
 * Refunds a part of an order, once for each key.
 *
 * @throws CommandFailure that says how to go on where nobody knows whether it was recorded.
 */
export async function refund(context: Context<RefundOptions>, given: string): Promise<Report> {
  const { amount, item: items, reason, key = randomUUID() } = context.options;
  if (amount === undefined && items === undefined) {
    throw new CommandFailure(EXIT.USAGE, "Say how much with --amount, or what with --item PRODUCT:QUANTITY.");
  }
  const stack = await context.stack();
  const orderId = await fullOrderId(stack, given);
  const client = backOfficeClient(stack.backOffice);
  const { currency } = await bodyOf(client.GET("/orders/{orderId}", { params: { path: { orderId } } }));
  const price = (value: number) => `${priceText(value, currency)} ${currency}`;
  const what = items?.map(({ productId, quantity }) => `${quantity} × ${productId}`).join(", ") ?? price(amount ?? 0);
  await context.confirm(`Refund ${what} of the order ${orderId}?`);

  const body = items ? { items, reason } : { amount: amount ?? 0, reason };
  const params = { path: { orderId }, header: { "Idempotency-Key": key } };
  const advice = `The refund may have been recorded: try again with --key ${key}, which refunds only once.`;
  const refund = await repeatable(bodyOf(client.POST("/orders/{orderId}/refunds", { params, body })), advice);
  const next = nextCommand(context.stackName, `get ${orderId}`);
  const text = `${price(refund.amount)} will be refunded. "${next}" shows when.`;
  return { data: { ...refund, idempotencyKey: key }, text };
}
