import { pythonTool } from "./python.mjs";

export const ministack = pythonTool("ministack", "the AWS emulator MiniStack", "tools/ministack/requirements.txt");
