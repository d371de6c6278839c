import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { CommandFailure } from "./errors.ts";
import { EXIT } from "./exit-codes.ts";

/** What to call a file, or standard input, at the beginning of a sentence. */
export function inputName(file: string): string {
  return file === "-" ? "Standard input" : file;
}

/**
 * Reads a text.
 *
 * @param file - `-` for standard input.
 * @returns It, without a byte-order mark.
 * @throws CommandFailure if it can't be read, or is not UTF-8.
 */
export async function readInput(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  const content = await bytesOf(file, stdin);
  if (isUtf8(content)) return new TextDecoder().decode(content); // skips the byte-order mark
  throw new CommandFailure(EXIT.USAGE, `${inputName(file)} is not UTF-8: save it with this encoding.`);
}

async function bytesOf(file: string, stdin: NodeJS.ReadableStream): Promise<Buffer> {
  try {
    return file === "-" ? await buffer(stdin) : await readFile(file);
  } catch (error) {
    throw new CommandFailure(EXIT.USAGE, `${file} can't be read: ${(error as Error).message}.`);
  }
}
