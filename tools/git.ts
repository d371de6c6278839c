import { execFileSync } from "node:child_process";

/** More than any file or archive of the repository has. */
const MOST_BYTES = 2 ** 28;

/**
 * Runs git in a folder.
 * @throws Error with what git had to say.
 */
export function git(folder: string, ...args: string[]): Buffer {
  try {
    return execFileSync("git", args, { cwd: folder, maxBuffer: MOST_BYTES, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string };
    throw new Error(`git ${args[0]} failed: ${stderr?.toString().trim() || message}`, { cause: error });
  }
}

/** What git answers in one line, or in lines. */
export function ask(folder: string, ...args: string[]): string {
  return git(folder, ...args)
    .toString()
    .trim();
}
