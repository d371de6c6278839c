import { type AddressField, addressFields } from "../../domain/addresses.ts";
import { byId, query } from "./dom.ts";

/** What fields are called in most countries. */
const USUAL_NAMES: Readonly<Record<AddressField["field"], string>> = {
  street: "Street address",
  district: "Suburb",
  city: "City",
  state: "Province",
  zipCode: "Postal code",
};

/**
 * Shows the fields of a country's addresses, in their order there and with their names there. Fields that the country doesn't
 * have keep what was typed.
 */
export function showAddressFields(country: string): void {
  const fields = addressFields(country);
  const container = byId("address-fields");
  // A field that is moved loses the focus.
  if (fields.length === 0 || container.dataset.country === country) return;
  container.dataset.country = country;
  for (const element of container.children) (element as HTMLElement).hidden = true;
  for (const input of container.querySelectorAll("input")) input.disabled = true;
  for (const { field, localName, isRequired } of fields) {
    const input = byId<HTMLInputElement>(field);
    input.disabled = false;
    input.required = isRequired;
    const element = input.parentElement as HTMLElement;
    query(element, "label").textContent = localName === undefined ? USUAL_NAMES[field] : nameOf(localName);
    element.hidden = false;
    container.append(element);
  }
}

/** The label for one of Google's words, such as `zip` or `post_town`. */
function nameOf(word: string): string {
  if (word === "zip" || word === "pin") return `${word.toUpperCase()} code`;
  return word.charAt(0).toUpperCase() + word.slice(1).replace("_", " ");
}
