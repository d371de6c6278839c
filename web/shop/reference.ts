// The API reference, which Swagger UI renders from the OpenAPI document.

import SwaggerUIBundle from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { byId } from "./dom.ts";

const reference = byId("reference");

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

// Adds what Swagger UI lacks for screen readers and keyboards: names of controls, heading levels that fit the page, and
// scrollable examples.
new MutationObserver(() => {
  for (const select of reference.querySelectorAll("select:not([aria-label], [id])")) select.ariaLabel = "Example";
  for (const heading of reference.querySelectorAll("h4:not([aria-level])")) heading.ariaLevel = "2";
  for (const heading of reference.querySelectorAll("h5:not([aria-level])")) heading.ariaLevel = "3";
  for (const button of reference.querySelectorAll(".model-box-control")) {
    if (button.textContent?.trim() === "") button.ariaLabel = "Fields";
  }
  for (const table of reference.querySelectorAll("table[role=region]")) table.role = "table";
  for (const code of reference.querySelectorAll<HTMLElement>("pre:not([tabindex])")) code.tabIndex = 0;
}).observe(reference, { childList: true, subtree: true });

SwaggerUIBundle({
  url: "openapi.json",
  domNode: reference,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  syntaxHighlight: false,
  // Read-only: "Try it out" would place real orders.
  supportedSubmitMethods: [],
});
