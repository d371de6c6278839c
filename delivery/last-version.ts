import { git, gitOutput } from "../tools/git.ts";

/** A version that was released: a commit of the history. */
export interface Release {
  /** Without the `v` of its tag: `0.1.0`. */
  version: string;
  /** Full hash. */
  commit: string;
}

const TAG = /^v(\d+\.\d+\.\d+)$/;
const SUBJECT = /^Release v(\d+\.\d+\.\d+)$/;

/**
 * The last release in the history of what is checked out: by its tag, or where tags did not come along, by its commit's
 * subject.
 *
 * @param folder - A folder of the checkout.
 * @throws Error, a sentence, where the history has none.
 */
export function lastRelease(folder: string): Release {
  const release = byTag(folder) ?? bySubject(folder);
  if (release) return release;
  const shallow = gitOutput(folder, "rev-parse", "--is-shallow-repository") === "true";
  throw new Error(
    `No release is in the history of ${folder}: fetch it with "git fetch --tags${shallow ? " --unshallow" : ""}".`,
  );
}

/** A file of a release. @param path - From the repository's root, `domain/contract/storefront.json` for example. */
export function releasedFile({ commit }: Release, path: string, folder: string): string {
  return git(folder, "show", `${commit}:${path}`).toString();
}

function byTag(folder: string): Release | undefined {
  const [tag] = gitOutput(folder, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname")
    .split("\n")
    .filter((name) => TAG.test(name));
  if (tag === undefined) return undefined;
  return { version: tag.slice(1), commit: gitOutput(folder, "rev-parse", `${tag}^{commit}`) };
}

function bySubject(folder: string): Release | undefined {
  for (const line of gitOutput(folder, "log", "--format=%H %s").split("\n")) {
    const [, commit = "", subject = ""] = /^(\w+) (.*)$/.exec(line) ?? [];
    const version = SUBJECT.exec(subject)?.[1];
    if (version !== undefined) return { version, commit };
  }
  return undefined;
}
