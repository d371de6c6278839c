import type { FullOrder } from "../../domain/contract/responses.ts";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import type { Page } from "./page.ts";
import { priceText } from "./price-text.ts";
import { shortIds, timeText } from "./short.ts";
import { table, wrapped } from "./table.ts";

const COLOURS: Record<OrderStatus, Parameters<Page["paint"]>[0]> = {
  PENDING: "cyan",
  PROCESSING: "cyan",
  COMPLETED: "green",
  SHIPPED: "green",
  DELIVERED: "green",
  FAILED: "red",
  CANCELLED: "yellow",
};

/** A status in its colour. */
export function statusText(status: OrderStatus, page: Page): string {
  return page.paint(COLOURS[status], status);
}

/** One line of an order's history. */
export function historyLine({ status, at, reason }: FullOrder["history"][number], page: Page): string {
  return `${at}  ${statusText(status, page)}${reason ? `: ${reason}` : ""}`;
}

/** An order with everything that is known of it. */
export function orderText(order: FullOrder, page: Page): string {
  const { shippingAddress: address, cancelRequestedAt, attention, payment } = order;
  const facts: [string, string | undefined][] = [
    ["Order", page.paint("bold", order.orderId)],
    ["Status", statusText(order.status, page)],
    ["Cancellation", cancelRequestedAt && `requested ${cancelRequestedAt}`],
    ["Attention", attention && `${attention.reason} since ${attention.since}: parked until it is resumed`],
    ["Total", money(order)],
    ["Email", order.customerEmail],
    ["Name", order.customerName],
    ["Phone", order.customerPhone && `${order.customerPhone}${order.smsUpdates ? ", gets text messages" : ""}`],
    ["Locale", order.locale],
    ["Customer", order.customerId],
    ["Address", address && Object.values(address).join(", ")],
    ["Payment", order.paymentMethod],
    ["Charged", payment && paymentText(payment, order.currency)],
    ["Updated", timeText(order.updatedAt, page)],
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[page.paint("dim", name), value]]));
  const items = order.items.map(({ productId, name, quantity, price }) => [
    productId,
    name,
    String(quantity),
    priceText(price, order.currency),
  ]);
  return [
    wrapped(known, page),
    "",
    table(["PRODUCT", "NAME", "QUANTITY", "PRICE"], items, page),
    "",
    ...(payment && payment.refunds.length > 0 ? [refundsText(payment, order.currency, page), ""] : []),
    ...order.history.map((entry) => historyLine(entry, page)),
  ].join("\n");
}

type Payment = NonNullable<FullOrder["payment"]>;

function paymentText({ charged, refunded, disputed }: Payment, currency: string): string {
  const text = (amount: number) => priceText(amount, currency);
  const less = [
    ...(refunded > 0 ? [`refunded ${text(refunded)}`] : []),
    ...(disputed > 0 ? [`disputed ${text(disputed)}`] : []),
  ];
  return [text(charged), ...less].join(", ");
}

function refundsText({ refunds }: Payment, currency: string, page: Page): string {
  const rows = refunds.map(({ refundId, amount, status, reason = "", createdAt = "" }) => [
    ...[createdAt.slice(0, 19), refundId, priceText(amount, currency), status, reason],
  ]);
  return table(["TIME (UTC)", "REFUND", "AMOUNT", "STATUS", "REASON"], rows, page);
}

/** Orders, a line each. */
export function ordersText(orders: FullOrder[], page: Page): string {
  if (orders.length === 0) return "No orders.";
  const short = shortIds(
    orders.map(({ orderId }) => orderId),
    page,
  );
  const rows = orders.map((order) => [
    short(order.orderId),
    statusText(order.status, page),
    money(order),
    timeText(order.createdAt, page),
    order.customerEmail,
    order.items.map(({ productId, quantity }) => `${productId}:${quantity}`).join(" "),
  ]);
  return table(["ORDER", "STATUS", "TOTAL", "PLACED", "EMAIL", "ITEMS"], rows, page);
}

function money({ totalAmount, currency }: FullOrder): string {
  return `${priceText(totalAmount, currency)} ${currency}`;
}
