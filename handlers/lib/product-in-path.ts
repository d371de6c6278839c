import { PRODUCT_ID_PATTERN } from "../../domain/ids.ts";
import { Problem } from "../../domain/problem.ts";
import type { ApiRequest } from "./request.ts";

/** The product's id in the request's path. @throws Problem `not-found` if no product can have it. */
export function productIdIn(request: ApiRequest): string {
  const productId = request.pathParameter("productId");
  if (PRODUCT_ID_PATTERN.test(productId)) return productId;
  const rule = "1 to 64 letters, digits, dots, hyphens, tildes and underscores, and no dot in front";
  throw new Problem("not-found", `There can be no product with this id: ids are ${rule}.`);
}
