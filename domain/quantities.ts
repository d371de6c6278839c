// Not beside the schemas, which are large: the website and the command line import only these.

/** The most lines that an order may have. */
export const MAX_LINES = 50;

/** The most units of one product that an order may have, over all of its lines. */
export const MAX_QUANTITY = 1_000;

/** The most entries that a caller can request for a page. */
export const MAX_LIMIT = 100;
/** The entries of a page if the caller sets no limit. */
export const DEFAULT_LIMIT = 50;
