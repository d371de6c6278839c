import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../../tools/paths.ts";

/**
 * What the pending change notes say that they break, as `METHOD path rule`: a note that is no patch may have lines such as
 *
 *     - `POST /orders`: `request-property-became-enum`, `request-property-pattern-changed`
 */
export function declaredBreaks(): Set<string> {
  const notes = globSync(".changeset/*.md", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
  return new Set(notes.flatMap(breaksOf));
}

/** @throws Error where a patch says that it breaks something. */
export function breaksOf(note: string): string[] {
  const breaks = [...note.matchAll(/^- `([A-Z]+ \/\S*)`: (.*)$/gm)].flatMap(([, operation = "", rules = ""]) =>
    [...rules.matchAll(/`([a-z-]+)`/g)].map(([, rule]) => `${operation} ${rule}`),
  );
  if (breaks.length > 0 && /": patch$/m.test(note)) throw new Error(`A patch breaks nothing, but a note says: ${note}`);
  return breaks;
}
