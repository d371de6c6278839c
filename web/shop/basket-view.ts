import { formatMoney } from "../../domain/money.ts";
import {
  type Basket,
  type BasketLine,
  type Catalogue,
  countItems,
  currencyOf,
  lineError,
  totalAmount,
} from "./basket.ts";
import { byId, count, fromTemplate, query, showList } from "./dom.ts";
import { showPicture } from "./product-view.ts";

/** Shown until the prices are loaded. */
const LOADING = "…";

/** Sentences about lines of the basket, by product id. */
interface Remarks {
  /** The server's errors. */
  errors: ReadonlyMap<string, string>;
  /** Why the page changed a quantity. */
  notes: ReadonlyMap<string, string>;
}

/** Sets a product's quantity; 0 removes it, and NaN is none. */
export type ChangeQuantity = (line: BasketLine, quantity: number) => void;

/**
 * Shows the basket and its total.
 *
 * @param catalogue - Undefined until it is loaded.
 */
export function showBasket(
  basket: Basket,
  catalogue: Catalogue | undefined,
  { errors, notes }: Remarks,
  change: ChangeQuantity,
): void {
  const itemCount = countItems(basket);
  const total = catalogue ? formatMoney(totalAmount(basket, catalogue), currencyOf(catalogue)) : LOADING;
  byId("basket-empty").hidden = itemCount > 0;
  byId("basket-full").hidden = itemCount === 0;
  byId("basket-bar").hidden = itemCount === 0;
  byId("basket-count").textContent = String(itemCount);
  byId("bar-count").textContent = count(itemCount, "item");
  for (const id of ["basket-total", "bar-total"]) byId(id).textContent = total;
  showList(
    byId("basket-lines"),
    basket.lines,
    ({ productId }) => productId,
    () => createLine(change),
    (entry, line) => {
      updateLine(entry, line, catalogue, errors.get(line.productId));
      query(entry, ".note").textContent = notes.get(line.productId) ?? "";
    },
  );
}

/** The input for a product's quantity. */
export function quantityInput(productId: string): HTMLElement {
  return byId(`quantity-${productId}`);
}

/** What a line's controls are for, before the product's name. */
const LABELS = [
  [".stepper", "Quantity of"],
  [".quantity", "Quantity of"],
  [".less", "One less:"],
  [".more", "One more:"],
  [".remove", "Remove"],
];

/** The line that each list entry currently shows. */
const lineOf = new WeakMap<HTMLElement, BasketLine>();

function createLine(change: ChangeQuantity): HTMLElement {
  const entry = fromTemplate("line-template");
  const changeOn = (selector: string, event: string, quantity: (line: BasketLine) => number) => {
    query(entry, selector).addEventListener(event, () => {
      const line = lineOf.get(entry);
      if (line) change(line, quantity(line));
    });
  };
  const input = query<HTMLInputElement>(entry, ".quantity");
  changeOn(".less", "click", ({ quantity }) => Math.max(quantity - 1, 1));
  changeOn(".more", "click", ({ quantity }) => quantity + 1);
  changeOn(".quantity", "change", () => (input.valueAsNumber >= 1 ? input.valueAsNumber : NaN));
  changeOn(".remove", "click", () => 0);
  return entry;
}

function updateLine(
  entry: HTMLElement,
  line: BasketLine,
  catalogue: Catalogue | undefined,
  serverError: string | undefined,
): void {
  const { productId, name, quantity } = line;
  const product = catalogue?.get(productId);
  if (catalogue) showPicture(query(entry, ".art"), product ?? { productId });
  lineOf.set(entry, line);
  query(entry, ".line-name").textContent = name;
  const sum = product && formatMoney(product.price * quantity, product.currency);
  query(entry, ".line-sum").textContent = sum ?? (catalogue ? "" : LOADING);

  for (const [selector = "", label] of LABELS) query(entry, selector).ariaLabel = `${label} ${name}`;

  const error = (catalogue && lineError(line, catalogue)) ?? serverError ?? "";
  const input = query<HTMLInputElement>(entry, ".quantity");
  const errorText = query(entry, ".error");
  input.id = `quantity-${productId}`;
  input.value = String(quantity);
  input.ariaInvalid = String(error !== "");
  errorText.id = `${input.id}-error`;
  errorText.textContent = error;
  input.setAttribute("aria-describedby", errorText.id);
}
