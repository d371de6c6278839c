/** An order's id: a UUID of version 7 (RFC 9562), in lower case. */
export const ORDER_ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Product ids appear in URLs: only unreserved characters (RFC 3986), and no leading dot. */
export const PRODUCT_ID_PATTERN = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}$/;
