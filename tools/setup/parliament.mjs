import { pythonTool } from "./python.mjs";

/** Linter for policy documents of IAM. */
export const parliament = pythonTool("parliament", "the policy linter parliament", "tools/parliament/requirements.txt");
