// Apart from the schemas, which are large: the website and the command line read these alone.

/** How many lines an order may have. */
export const MAX_LINES = 50;

/** How many units of one product an order may have, over all of its lines. */
export const MAX_QUANTITY = 1_000;

/** How many entries a page of a list has at most, and unless the caller says otherwise. */
export const MAX_LIMIT = 100;
export const DEFAULT_LIMIT = 50;
