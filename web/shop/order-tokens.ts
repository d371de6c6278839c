import { stored } from "./stored.ts";

/** How many orders' tokens a browser keeps: the latest ones. */
const MAX_TOKENS = 20;

/** Tokens by order id, the latest one last. */
const tokens = stored<[orderId: string, token: string][]>(() => localStorage, "order-tokens", Array.isArray);

/** The token that opens an order for its customer, if this browser has it. */
export function orderToken(orderId: string): string | undefined {
  return tokens.get()?.find(([id]) => id === orderId)?.[1];
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
