// Apart from the request's schema, which is large: the page of an order reads these alone.

/** How many lines an order may have. */
export const MAX_LINES = 50;

/** How many units of one product an order may have, over all of its lines. */
export const MAX_QUANTITY = 1_000;
