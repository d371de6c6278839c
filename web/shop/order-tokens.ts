import { stored } from "./stored.ts";

/** How many orders' tokens a browser keeps: the latest ones. */
const MAX_TOKENS = 20;

/** Tokens by order id, the latest one last. */
const tokens = stored<[orderId: string, token: string][]>(() => localStorage, "order-tokens", Array.isArray);

/** The token that opens an order for its customer, if this browser has it. */
export function orderToken(orderId: string): string | undefined {
  return tokens.get()?.find(([id]) => id === orderId)?.[1];
}

/** The address of an order's page, in which the order's token is only if the browser can't keep that. */
export function orderAddress(orderId: string): string {
  return `order.html#${orderId}${tokens.isKept() ? "" : tokenParameter(orderId)}`;
}

/** The part of an order's address that opens the order for its customer, if this browser has the token. */
export function tokenParameter(orderId: string): string {
  const token = orderToken(orderId);
  return token === undefined ? "" : `&token=${token}`;
}

/** The token in the fragment of an order's address. One that a mail program cut off is none, and must not replace a whole one. */
export function tokenIn(fragment: string): string | undefined {
  return fragment.match(/token=([\da-z]+\.[\w-]{43})(?![\w-])/)?.[1];
}

/** Keeps an order's token, for this browser's tabs and later visits. */
export function keepOrderToken(orderId: string, token: string): void {
  tokens.set([...tokensBut(orderId), [orderId, token] satisfies [string, string]].slice(-MAX_TOKENS));
}

/** Forgets an order's token, which doesn't open it any more. */
export function forgetOrderToken(orderId: string): void {
  tokens.set(tokensBut(orderId));
}

function tokensBut(orderId: string) {
  return (tokens.get() ?? []).filter(([id]) => id !== orderId);
}
