import { toMinor } from "../../domain/money.ts";
import { type Basket, type BasketLine, type Catalogue, countPieces, obstacleOf, totalMinor } from "./basket.ts";
import { byId, fromTemplate, part, showList } from "./dom.ts";
import { drawArtwork } from "./draw-artwork.ts";
import { count, dollars } from "./format.ts";

/** Shown until the prices are there. */
const UNKNOWN = "…";

/** Has the basket hold so many pieces of a product; with none, the product is taken out. */
export type ChangeQuantity = (line: BasketLine, quantity: number) => void;

/**
 * Shows the basket, and its sum wherever it is told.
 *
 * @param catalogue - Undefined until it is there.
 * @param errors - What is wrong with a line, by product id, as the server sees it.
 */
export function showBasket(
  basket: Basket,
  catalogue: Catalogue | undefined,
  errors: ReadonlyMap<string, string>,
  change: ChangeQuantity,
): void {
  const pieces = countPieces(basket);
  const total = catalogue ? dollars(totalMinor(basket, catalogue)) : UNKNOWN;
  byId("basket-empty").hidden = pieces > 0;
  byId("basket-full").hidden = pieces === 0;
  byId("basket-bar").hidden = pieces === 0;
  byId("basket-count").textContent = String(pieces);
  byId("bar-count").textContent = count(pieces, "item");
  for (const id of ["basket-total", "bar-total"]) byId(id).textContent = total;
  showList(
    byId("basket-lines"),
    basket.lines,
    ({ productId }) => productId,
    () => createLine(change),
    (entry, line) => updateLine(entry, line, catalogue, errors.get(line.productId)),
  );
}

/** Where the quantity of a product is changed. */
export function quantityInput(productId: string): HTMLElement {
  return byId(`quantity-${productId}`);
}

/** The line that each entry of the list shows, which changes while the entry stays. */
const lineOf = new WeakMap<HTMLElement, BasketLine>();

function createLine(change: ChangeQuantity): HTMLElement {
  const entry = fromTemplate("line-template");
  const by = (selector: string, event: string, quantity: (line: BasketLine) => number) => {
    part(entry, selector).addEventListener(event, () => {
      const line = lineOf.get(entry);
      if (line) change(line, quantity(line));
    });
  };
  const input = part<HTMLInputElement>(entry, ".quantity");
  by(".less", "click", ({ quantity }) => Math.max(quantity - 1, 1));
  by(".more", "click", ({ quantity }) => quantity + 1);
  by(".quantity", "change", ({ quantity }) => (input.valueAsNumber >= 1 ? input.valueAsNumber : quantity));
  by(".remove", "click", () => 0);
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
  if (!lineOf.has(entry)) part(entry, ".art").append(drawArtwork(productId));
  lineOf.set(entry, line);
  part(entry, ".line-name").textContent = name;
  const sum = product && dollars(toMinor(product.price) * quantity);
  part(entry, ".line-sum").textContent = sum ?? (catalogue ? "" : UNKNOWN);

  part(entry, ".stepper").ariaLabel = `Quantity of ${name}`;
  part(entry, ".less").ariaLabel = `One less: ${name}`;
  part(entry, ".more").ariaLabel = `One more: ${name}`;
  part(entry, ".remove").ariaLabel = `Remove ${name}`;

  const error = (catalogue && obstacleOf(line, catalogue)) ?? serverError ?? "";
  const input = part<HTMLInputElement>(entry, ".quantity");
  const errorText = part(entry, ".error");
  input.id = `quantity-${productId}`;
  input.value = String(quantity);
  input.ariaLabel = `Quantity of ${name}`;
  input.ariaInvalid = String(error !== "");
  errorText.id = `${input.id}-error`;
  errorText.textContent = error;
  input.setAttribute("aria-describedby", errorText.id);
}
