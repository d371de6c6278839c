import type { ObservedState } from "./observed-state.ts";

/** Referential integrity: everything belongs to an order, and every order to a customer. */
export function checkReferences(state: ObservedState): string[] {
  const { placed, orders, records, itemKeys, events, mails, texts } = state;
  const customers = new Set(placed.map(({ body }) => body.customerId));
  const ids = [...records.keys()];
  const hasNoOrder = (text: string) => !ids.some((id) => text.includes(id));
  return [
    ...orders
      .filter(({ customerId = "" }) => !customers.has(customerId))
      .map(({ orderId }) => `No customer placed the order ${orderId}.`),
    ...itemKeys
      .filter(({ pk }) => /^(ORDER|GATEWAY)#/.test(pk) && hasNoOrder(pk))
      .map(({ pk, sk }) => `The table has the item ${pk}, ${sk} of an unknown order.`),
    ...events
      .filter(({ orderId }) => hasNoOrder(orderId))
      .map(({ type, orderId }) => `${type} was published for the unknown order ${orderId}.`),
    ...[...mails, ...texts].filter(hasNoOrder).map((text) => `A customer was notified of an unknown order: "${text}".`),
  ];
}
