import type { FullOrder } from "../../domain/contract/responses.ts";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import type { Paint } from "../context.ts";
import { columns, table } from "./table.ts";

const COLOURS: Record<OrderStatus, Parameters<Paint>[0]> = {
  PENDING: "cyan",
  PROCESSING: "cyan",
  COMPLETED: "green",
  SHIPPED: "green",
  DELIVERED: "green",
  FAILED: "red",
  CANCELLED: "yellow",
};

/** A status in its colour. */
export function statusText(status: OrderStatus, paint: Paint): string {
  return paint(COLOURS[status], status);
}

/** One line of an order's history. */
export function historyLine({ status, at, reason }: FullOrder["history"][number], paint: Paint): string {
  return `${at}  ${statusText(status, paint)}${reason ? `: ${reason}` : ""}`;
}

/** An order with everything that is known of it. */
export function orderText(order: FullOrder, paint: Paint): string {
  const { shippingAddress: address, cancelRequestedAt } = order;
  const facts: [string, string | undefined][] = [
    ["Order", paint("bold", order.orderId)],
    ["Status", statusText(order.status, paint)],
    ["Cancellation", cancelRequestedAt && `requested ${cancelRequestedAt}`],
    ["Total", money(order)],
    ["Email", order.customerEmail],
    ["Name", order.customerName],
    ["Phone", order.customerPhone],
    ["Customer", order.customerId],
    ["Address", address && Object.values(address).join(", ")],
    ["Payment", order.paymentMethod],
    ["Updated", order.updatedAt],
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[paint("dim", name), value]]));
  const items = order.items.map(({ productId, name, quantity, price }) => [
    productId,
    name,
    String(quantity),
    price.toFixed(2),
  ]);
  return [
    columns(known),
    "",
    table(["PRODUCT", "NAME", "QUANTITY", "PRICE"], items, paint),
    "",
    ...order.history.map((entry) => historyLine(entry, paint)),
  ].join("\n");
}

/** Orders, a line each. */
export function ordersText(orders: FullOrder[], paint: Paint): string {
  if (orders.length === 0) return "No orders.";
  const rows = orders.map((order) => [
    order.orderId,
    statusText(order.status, paint),
    money(order),
    order.items.map(({ productId, quantity }) => `${productId}:${quantity}`).join(" "),
    order.customerEmail,
    order.createdAt,
  ]);
  return table(["ORDER", "STATUS", "TOTAL", "ITEMS", "E-MAIL", "CREATED"], rows, paint);
}

function money({ totalAmount, currency }: FullOrder): string {
  return `${totalAmount.toFixed(2)} ${currency}`;
}
