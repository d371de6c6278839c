import { existsSync } from "node:fs";
import { isOurs } from "./cache.mjs";
import { pythonTool } from "./python.mjs";

const tool = pythonTool("ministack", "tools/ministack/requirements.txt");
const python = tool.program("python");

export function miniStackIsCurrent(recorded) {
  return isOurs(recorded, python);
}

/** Makes MiniStack's virtual environment, with exactly the packages of tools/ministack/requirements.txt. */
export async function installMiniStack() {
  if (!existsSync(python)) await tool.install(`the AWS emulator MiniStack ${tool.version}`);
  return python;
}
