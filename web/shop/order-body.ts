import type { Product } from "../../domain/contract/responses.ts";
import { type Basket, type Catalogue, totalAmount } from "./basket.ts";

/** A JSON object under construction. */
interface Draft {
  [key: string]: string | Draft;
}

/** An order to be placed. Whether the API would accept it is still to be validated. */
type OrderBody = Record<string, unknown> & { items: unknown[]; totalAmount: number };

/**
 * Builds the body of `POST /orders`, not yet validated. It has the prices and the total that the customer saw, so that the
 * API rejects the order if they have changed.
 *
 * @param fields - The form's values by JSON pointer. Blank ones are left out, but not the object they belong to, so that
 * validation reports them as missing.
 */
export function orderBody(
  fields: Iterable<readonly [string, string]>,
  basket: Basket,
  catalogue: Catalogue,
): OrderBody {
  const draft: Draft = {};
  for (const [pointer, value] of fields) {
    const [, ...keys] = pointer.split("/");
    const last = keys.pop() ?? "";
    let target = draft;
    for (const key of keys) {
      const inner = target[key] ?? {};
      target[key] = inner;
      target = inner as Draft;
    }
    if (value.trim() !== "") target[last] = value.trim();
  }
  return {
    ...draft,
    items: basket.lines.map(({ productId, quantity }) => ({
      productId,
      quantity,
      ...priceOf(catalogue.get(productId)),
    })),
    totalAmount: totalAmount(basket, catalogue),
  };
}

function priceOf(product: Product | undefined): Partial<Pick<Product, "price">> {
  return product ? { price: product.price } : {};
}

/** The strings in a body by JSON pointer: the reverse of {@link orderBody}, without the items. */
export function fieldsOf(body: object, prefix = ""): Map<string, string> {
  const fields = Object.entries(body).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "string") return [[`${prefix}/${key}`, value]];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? [...fieldsOf(value, `${prefix}/${key}`)]
      : [];
  });
  return new Map(fields);
}
