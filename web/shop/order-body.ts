import type { Product } from "../../domain/contract/responses.ts";
import { fromMinor } from "../../domain/money.ts";
import { type Basket, type Catalogue, totalMinor } from "./basket.ts";

/** A JSON object that is being put together. */
interface Draft {
  [key: string]: string | Draft;
}

/**
 * The body of `POST /orders`, yet to be checked.
 *
 * The prices and the total go along as the customer saw them, so that the server refuses if they are other ones.
 *
 * @param fields - What the customer entered, by JSON pointer. Blank fields are left out; the object that they belong to
 * is not, so that what is missing in it is noticed.
 */
export function orderBody(fields: Iterable<readonly [string, string]>, basket: Basket, catalogue: Catalogue): object {
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
    totalAmount: fromMinor(totalMinor(basket, catalogue)),
  };
}

function priceOf(product: Product | undefined): Partial<Pick<Product, "price">> {
  return product ? { price: product.price } : {};
}

/** What a body says in its fields, by JSON pointer: the reverse of {@link orderBody}, without lists and numbers. */
export function fieldsOf(body: object, prefix = ""): Map<string, string> {
  const fields = Object.entries(body).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "string") return [[`${prefix}/${key}`, value]];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? [...fieldsOf(value, `${prefix}/${key}`)]
      : [];
  });
  return new Map(fields);
}
