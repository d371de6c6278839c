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

/** What they are called elsewhere, where a capital letter doesn't make a label of Google's word. */
const LOCAL_NAMES: Readonly<Record<string, string>> = {
  do_si: "Do or si",
  pin: "PIN code",
  post_town: "Town or city",
  village_township: "Village or township",
  zip: "ZIP code",
};

/**
 * Shows the fields of a country's addresses, in their order there and with their names there. Fields that the country doesn't
 * have keep what was typed.
 */
export function showAddressFields(country: string): void {
  const fields = addressFields(country);
  if (fields.length === 0) return;
  const container = byId("address-fields");
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

function nameOf(localName: string): string {
  return LOCAL_NAMES[localName] ?? localName.charAt(0).toUpperCase() + localName.slice(1);
}
