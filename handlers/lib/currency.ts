import { environment } from "./environment.ts";

/** The shop's currency (ISO 4217), in which its prices are. An order keeps the one that it was placed in. */
export function currency(): string {
  return environment("CURRENCY");
}
