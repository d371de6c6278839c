import { type FunctionConfiguration, type Lambda, paginateListVersionsByFunction } from "@aws-sdk/client-lambda";
import type { ReleasedFunction, Releases } from "./releases.ts";

/** A function whose alias is not at its newest version. */
export interface Change extends ReleasedFunction {
  /** The version that callers get. */
  current: string;
  /** The newest version. */
  target: string;
}

/** Finds the functions that a release has to change. @throws Error, a sentence, if a function lacks the alias. */
export async function findChanges(lambda: Lambda, { alias, functions }: Releases): Promise<Change[]> {
  const found = await Promise.all(
    functions.map(async (fn) => {
      const [current, target] = await Promise.all([versionOf(lambda, fn.name, alias), newestVersion(lambda, fn.name)]);
      if (current && target) return { ...fn, current, target };
      throw new Error(`The function ${fn.name} has no version or no alias ${alias}: run \`pulumi up\` first.`);
    }),
  );
  return found.filter(({ current, target }) => current !== target);
}

/** The version that an alias points to; undefined if there is no such alias. */
export async function versionOf(lambda: Lambda, FunctionName: string, Name: string): Promise<string | undefined> {
  try {
    return (await lambda.getAlias({ FunctionName, Name })).FunctionVersion;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** The version published last; undefined if there is none. */
async function newestVersion(client: Lambda, FunctionName: string): Promise<string | undefined> {
  const versions: FunctionConfiguration[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName })) {
    versions.push(...Versions);
  }
  const numbers = versions.map(({ Version }) => Number(Version)).filter((number) => number > 0); // not $LATEST
  return numbers.length === 0 ? undefined : String(Math.max(...numbers));
}
