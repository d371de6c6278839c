import { existsSync } from "node:fs";
import { isOurs } from "./cache.mjs";
import { pythonTool } from "./python.mjs";

const tool = pythonTool("schemathesis", "tools/schemathesis/requirements.txt");
// By its module: the programs beside it name the folder that they were made in, which is called otherwise by now.
const python = tool.program("python");

/** Finds where an API differs from its contract: the Python that runs it as a module. */
export const schemathesis = {
  isCurrent: (recorded) => isOurs(recorded, python),
  install: async () => {
    if (!existsSync(python)) await tool.install(`the API fuzzer Schemathesis ${tool.version}`);
    return python;
  },
};
