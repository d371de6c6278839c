import { existsSync } from "node:fs";
import { pythonTool } from "./python.mjs";

const tool = pythonTool("ministack", "tools/ministack/requirements.txt");
const python = tool.program("python");

export function miniStackIsCurrent(recorded) {
  return recorded === python && existsSync(python);
}

/** Creates MiniStack's virtual environment. @returns {Promise<string>} Path of its Python. */
export async function installMiniStack() {
  if (!existsSync(python)) await tool.install(`the AWS emulator MiniStack ${tool.version}`);
  return python;
}
