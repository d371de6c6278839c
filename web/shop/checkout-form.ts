import { byId } from "./dom.ts";
import { fieldsOf } from "./order-body.ts";

/** The checkout's form. The name of each field is the JSON pointer to its value in the order. */
export class CheckoutForm {
  readonly element = byId<HTMLFormElement>("checkout-form");
  readonly #address = byId<HTMLFieldSetElement>("address");

  constructor() {
    this.element.addEventListener("change", () => this.#showAddress());
    // Browsers restore the choice after a reload.
    this.#showAddress();
  }

  /** Offers countries (ISO 3166-1 alpha-2), and chooses the browser's. */
  offerCountries(codes: readonly string[]): void {
    byId("country").append(...options(codes));
    const country = new Intl.Locale(navigator.language).region;
    if (country) this.#set("/shippingAddress/country", country);
  }

  /** The values by JSON pointer, without the address if it isn't needed. */
  fields(): [string, string][] {
    const entries = [...new FormData(this.element)].filter(([name]) => name.startsWith("/"));
    return entries.map(([name, value]) => [name, name === "/customerPhone" ? normalizePhone(`${value}`) : `${value}`]);
  }

  /** Fills in the values of an order's body. */
  fill(body: object): void {
    const fields = fieldsOf(body);
    const hasAddress = [...fields.keys()].some((pointer) => pointer.startsWith("/shippingAddress/"));
    this.#set("delivery", hasAddress ? "address" : "none");
    for (const [pointer, value] of fields) this.#set(pointer, value);
    this.#showAddress();
  }

  #set(name: string, value: string): void {
    const control = this.element.elements.namedItem(name);
    if (control && "value" in control) control.value = value;
  }

  #showAddress(): void {
    const hasAddress = new FormData(this.element).get("delivery") === "address";
    this.#address.hidden = !hasAddress;
    this.#address.disabled = !hasAddress;
  }
}

function options(codes: readonly string[]): HTMLOptionElement[] {
  const names = new Intl.DisplayNames("en", { type: "region" });
  return codes
    .map((code) => new Option(names.of(code) ?? code, code))
    .sort((one, other) => one.text.localeCompare(other.text));
}

/** Removes the separators in a phone number. */
function normalizePhone(number: string): string {
  return number.replace(/[\s().-]/g, "");
}
