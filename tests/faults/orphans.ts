import type { CampaignBooks } from "./books.ts";

/** Everything that belongs to no order, and orders that belong to nobody, a sentence each. */
export function orphans({ placed, orders, stories, records, heard, mails, texts }: CampaignBooks): string[] {
  const customers = new Set(placed.map(({ body }) => body.customerId));
  const ids = [...stories.keys()];
  const isOfNone = (text: string) => !ids.some((id) => text.includes(id));
  return [
    ...orders
      .filter(({ customerId = "" }) => !customers.has(customerId))
      .map(({ orderId }) => `Nobody asked for the order ${orderId}.`),
    ...records
      .filter(({ pk }) => /^(ORDER|GATEWAY)#/.test(pk) && isOfNone(pk))
      .map(({ pk, sk }) => `The table has ${sk} of ${pk}, which is no order.`),
    ...heard
      .filter(({ orderId }) => isOfNone(orderId))
      .map(({ type, orderId }) => `The topic told ${type} of ${orderId}, which is no order.`),
    ...[...mails, ...texts].filter(isOfNone).map((text) => `A customer was told of no order: "${text}".`),
  ];
}
