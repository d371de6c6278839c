import { pythonTool } from "./python.mjs";

/** Tests an API against its OpenAPI document with generated requests. */
export const schemathesis = pythonTool(
  "schemathesis",
  "the API fuzzer Schemathesis",
  "tools/schemathesis/requirements.txt",
);
