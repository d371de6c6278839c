import { iso31661Alpha2ToAlpha3 } from "iso-3166/1-a2-to-1-a3.js";
import { byId } from "./dom.ts";
import { fieldsOf } from "./order-body.ts";

/** The form of the checkout: its fields are named by the JSON pointers of what they say in the order. */
export class CheckoutForm {
  readonly element = byId<HTMLFormElement>("checkout-form");
  readonly #address = byId<HTMLFieldSetElement>("address");

  constructor() {
    byId("country").append(...countries());
    const home = new Intl.Locale(navigator.language).region;
    if (home) this.#set("/shippingAddress/country", home);
    this.element.addEventListener("change", () => this.#showAddress());
    // Browsers fill in again what was chosen before a reload.
    this.#showAddress();
  }

  /** What is entered, by JSON pointer; without the address where none is wanted. */
  fields(): [string, string][] {
    const entries = [...new FormData(this.element)].filter(([name]) => name.startsWith("/"));
    return entries.map(([name, value]) => [name, name === "/customerPhone" ? plainPhone(`${value}`) : `${value}`]);
  }

  /** Enters again what an order's body says. */
  fill(body: object): void {
    const fields = fieldsOf(body);
    const isSent = [...fields.keys()].some((pointer) => pointer.startsWith("/shippingAddress/"));
    this.#set("delivery", isSent ? "address" : "none");
    for (const [pointer, value] of fields) this.#set(pointer, value);
    this.#showAddress();
  }

  #set(name: string, value: string): void {
    const control = this.element.elements.namedItem(name);
    if (control && "value" in control) control.value = value;
  }

  #showAddress(): void {
    const isSent = new FormData(this.element).get("delivery") === "address";
    this.#address.hidden = !isSent;
    this.#address.disabled = !isSent;
  }
}

function countries(): HTMLOptionElement[] {
  const names = new Intl.DisplayNames("en", { type: "region" });
  return Object.keys(iso31661Alpha2ToAlpha3)
    .map((code) => new Option(names.of(code) ?? code, code))
    .sort((one, other) => one.text.localeCompare(other.text));
}

/** A phone number without what people write between its digits. */
function plainPhone(number: string): string {
  return number.replace(/[\s().-]/g, "");
}
