import { typedDetails } from "./basket-store.ts";
import { byId } from "./dom.ts";
import { fieldsOf } from "./order-body.ts";

/** The checkout's form. The name of each field is the JSON pointer to its value in the order. */
export class CheckoutForm {
  readonly element = byId<HTMLFormElement>("checkout-form");
  readonly #address = byId<HTMLFieldSetElement>("address");
  readonly #country = byId<HTMLSelectElement>("country");
  /** Shows the fields of a country's addresses, once it is known how. */
  #showAddressFields: ((country: string) => void) | undefined;

  /** Fills in what was typed in this tab before. */
  constructor() {
    this.#fill(typedDetails.get() ?? {});
    this.element.addEventListener("input", () => {
      this.#arrange();
      this.#keep();
    });
    // Browsers restore choices after a reload.
    this.#arrange();
  }

  /** Offers countries (ISO 3166-1 alpha-2), the browser's at first, and from now on shows the fields of the chosen one. */
  offerCountries(codes: readonly string[], showAddressFields: (country: string) => void): void {
    const before = this.#country.value || new Intl.Locale(navigator.language).region || "";
    this.#country.replaceChildren(new Option("Choose…", ""), ...options(codes));
    this.#country.value = codes.includes(before) ? before : "";
    this.#showAddressFields = showAddressFields;
    this.#arrange();
  }

  /** The values by JSON pointer, without the address if it isn't needed. */
  fields(): [string, string][] {
    const entries = [...new FormData(this.element)].filter(([name]) => name.startsWith("/"));
    return entries.map(([name, value]) => [name, `${value}`]);
  }

  /** Fills in the values of an order's body. */
  fill(body: object): void {
    const fields = fieldsOf(body);
    const hasAddress = [...fields.keys()].some((pointer) => pointer.startsWith("/shippingAddress/"));
    this.#fill({ delivery: hasAddress ? "address" : "none", ...Object.fromEntries(fields) });
    this.#keep();
  }

  #fill(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      const control = this.#control(name);
      // The countries may not have been offered yet.
      if (control === this.#country && !this.#showAddressFields) this.#country.append(new Option(value));
      if (control) control.value = value;
    }
    this.#arrange();
  }

  /** Keeps everything that was typed, also in fields that aren't shown now, but not the payment. */
  #keep(): void {
    const names = new Set([...this.element.elements].map((control) => control.getAttribute("name") ?? ""));
    const typed = [...names].filter((name) => name !== "" && name !== "/paymentMethod");
    typedDetails.set(Object.fromEntries(typed.map((name) => [name, this.#control(name)?.value ?? ""])));
  }

  #control(name: string): { value: string } | undefined {
    const control = this.element.elements.namedItem(name);
    return control && "value" in control ? control : undefined;
  }

  #arrange(): void {
    const hasAddress = this.#control("delivery")?.value === "address";
    this.#address.hidden = !hasAddress;
    this.#address.disabled = !hasAddress;
    byId<HTMLInputElement>("name").required = hasAddress;
    this.#showAddressFields?.(this.#country.value);
  }
}

function options(codes: readonly string[]): HTMLOptionElement[] {
  const names = new Intl.DisplayNames("en", { type: "region" });
  return codes
    .map((code) => new Option(names.of(code) ?? code, code))
    .sort((one, other) => one.text.localeCompare(other.text));
}
