import { stored } from "./stored.ts";

/** The id of an order that was placed by an earlier try than the latest, for the order's page to say so once. */
export const earlierTry = stored<string>(
  () => sessionStorage,
  "earlier-try",
  (value) => typeof value === "string",
);
