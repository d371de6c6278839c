import { existsSync } from "node:fs";
import { pythonTool } from "./python.mjs";

const tool = pythonTool("schemathesis", "tools/schemathesis/requirements.txt");
// Python and not the program, which contains the temporary path of the folder that was renamed since.
const python = tool.program("python");

/** Tests an API against its contract. The recorded path is the Python that runs it as a module. */
export const schemathesis = {
  isCurrent: (recorded) => recorded === python && existsSync(python),
  install: async () => {
    if (!existsSync(python)) await tool.install(`the API fuzzer Schemathesis ${tool.version}`);
    return python;
  },
};
