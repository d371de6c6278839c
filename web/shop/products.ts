import type { Product } from "../../domain/contract/responses.ts";
import { getProduct, listProducts } from "./api.ts";
import type { Catalogue } from "./basket.ts";

/** Products that the shop shows at first, and adds on demand: full rows, whether two, three or four are side by side. */
export const PAGE_SIZE = 24;

/** What the page knows of the catalogue: its first products, and those of the basket. */
export class Products {
  /** The catalogue's first products; undefined until they are loaded. */
  listed: readonly Product[] | undefined;
  #nextCursor: string | undefined;
  #known = new Map<string, Product | undefined>();

  /** Whether the catalogue has more than is listed. */
  get hasMore(): boolean {
    return this.#nextCursor !== undefined;
  }

  /** The products that are known, if these are among them; undefined otherwise. */
  including(productIds: readonly string[]): Catalogue | undefined {
    return productIds.every((id) => this.#known.has(id)) ? this.#known : undefined;
  }

  /**
   * Loads the catalogue's first products, and others by id. If that fails, what was known stays.
   *
   * @param count - How many to list.
   * @returns Whether everything is loaded.
   */
  async load(count: number, productIds: readonly string[]): Promise<boolean> {
    const list = await listProducts(count);
    if (!list.ok) return false;
    const known = new Map<string, Product | undefined>(list.body.products.map((each) => [each.productId, each]));
    const others = productIds.filter((id) => !known.has(id));
    const areLoaded = await Promise.all(
      others.map(async (id) => {
        const result = await getProduct(id);
        if (result.ok) known.set(id, result.body);
        return result.ok;
      }),
    );
    if (areLoaded.includes(false)) return false;
    this.#known = known;
    this.listed = list.body.products;
    this.#nextCursor = list.body.nextCursor;
    return true;
  }

  /** Lists another page of products. @returns How many they are; undefined if they can't be loaded. */
  async loadMore(): Promise<number | undefined> {
    const list = await listProducts(PAGE_SIZE, this.#nextCursor);
    if (!list.ok) return undefined;
    const { products, nextCursor } = list.body;
    for (const product of products) this.#known.set(product.productId, product);
    this.listed = [...(this.listed ?? []), ...products];
    this.#nextCursor = nextCursor;
    return products.length;
  }
}
