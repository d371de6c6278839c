import { execFileSync } from "node:child_process";

/** More than any file or archive of the repository. */
const MAX_OUTPUT_BYTES = 2 ** 28;

/**
 * Runs git in a folder.
 * @throws Error with git's own message.
 */
export function git(folder: string, ...args: string[]): Buffer {
  try {
    return execFileSync("git", args, { cwd: folder, maxBuffer: MAX_OUTPUT_BYTES, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string };
    throw new Error(`git ${args[0]} failed: ${stderr?.toString().trim() || message}`, { cause: error });
  }
}

/** Runs git in a folder and returns its output as trimmed text. */
export function gitOutput(folder: string, ...args: string[]): string {
  return git(folder, ...args)
    .toString()
    .trim();
}
