/** An order's id: a UUID of version 7 (RFC 9562), in lower case. */
export const ORDER_ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A UUID, with or without its hyphens, that is no part of a longer number. */
const WRITTEN_UUID =
  /(?<![0-9a-f])([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})(?![0-9a-f])/;

/**
 * Reads an order's id as people write and copy it: in capitals, with blanks or dashes, without hyphens, or in a link,
 * whatever mail programs append to that.
 *
 * @returns The id, in lower case, with hyphens. If the text has none: what it has after the link's `#`, if it is one,
 * which may be the beginning of an id.
 */
export function readOrderId(text: string): string {
  const plain = percentDecoded(text)
    .replaceAll(/[\s\p{Format}]/gu, "")
    .replaceAll(/\p{Dash_Punctuation}/gu, "-")
    .toLowerCase();
  const [, ...groups] = WRITTEN_UUID.exec(plain) ?? [];
  return groups.length > 0 ? groups.join("-") : plain.replace(/^.*#/, "");
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it has a percent sign of its own
  }
}

/** Product ids appear in URLs: only unreserved characters (RFC 3986), and no leading dot. */
export const PRODUCT_ID_PATTERN = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}$/;
