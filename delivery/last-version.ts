import { ask, git } from "../tools/git.ts";

/** A version of the project, which its commit in the history contains. */
export interface Version {
  /** Without the `v` of its tag: `0.1.0`. */
  number: string;
  /** Full hash. */
  commit: string;
}

const TAG = /^v(\d+\.\d+\.\d+)$/;
const SUBJECT = /^Release v(\d+\.\d+\.\d+)$/;

/**
 * The last version in the history of a checkout: the highest tag or, in a clone without tags, the last commit with the
 * subject of a version.
 *
 * @param folder - A folder of the checkout.
 * @throws Error, a sentence, if the history contains none.
 */
export function lastVersion(folder: string): Version {
  const version = byTag(folder) ?? bySubject(folder);
  if (version) return version;
  const shallow = ask(folder, "rev-parse", "--is-shallow-repository") === "true";
  throw new Error(
    `The history of ${folder} contains no version: fetch it with "git fetch --tags${shallow ? " --unshallow" : ""}".`,
  );
}

/** The text of a file as a version had it. @param path - Relative to the repository's root. */
export function fileOfVersion({ commit }: Version, path: string, folder: string): string {
  return git(folder, "show", `${commit}:${path}`).toString();
}

function byTag(folder: string): Version | undefined {
  const [tag] = ask(folder, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname")
    .split("\n")
    .filter((name) => TAG.test(name));
  if (tag === undefined) return undefined;
  return { number: tag.slice(1), commit: ask(folder, "rev-parse", `${tag}^{commit}`) };
}

function bySubject(folder: string): Version | undefined {
  for (const line of ask(folder, "log", "--format=%H %s").split("\n")) {
    const [, commit = "", subject = ""] = /^(\w+) (.*)$/.exec(line) ?? [];
    const number = SUBJECT.exec(subject)?.[1];
    if (number !== undefined) return { number, commit };
  }
  return undefined;
}
