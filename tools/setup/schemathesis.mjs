import { pythonTool } from "./python.mjs";

/** Finds where an API differs from its contract. */
export const schemathesis = pythonTool(
  "schemathesis",
  "the API fuzzer Schemathesis",
  "tools/schemathesis/requirements.txt",
);
