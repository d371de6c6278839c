// Not beside the request's schema, which is large: the order page imports only these.

/** The most lines that an order may have. */
export const MAX_LINES = 50;

/** The most units of one product that an order may have, over all of its lines. */
export const MAX_QUANTITY = 1_000;
