import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../../tools/paths.ts";

/**
 * The breaking changes that pending change notes declare, as `METHOD path rule`. Notes other than patches can have lines like
 *
 *     - `POST /orders`: `request-property-became-enum`, `request-property-pattern-changed`
 */
export function declaredBreaks(): Set<string> {
  const notes = globSync(".changeset/*.md", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
  return new Set(notes.flatMap(breaksOf));
}

/** @throws Error if a patch declares a breaking change. */
export function breaksOf(note: string): string[] {
  const breaks = [...note.matchAll(/^- `([A-Z]+ \/\S*)`: (.*)$/gm)].flatMap(([, operation = "", rules = ""]) =>
    [...rules.matchAll(/`([a-z-]+)`/g)].map(([, rule]) => `${operation} ${rule}`),
  );
  if (breaks.length > 0 && /": patch$/m.test(note))
    throw new Error(`A patch must not break anything, but a note says: ${note}`);
  return breaks;
}
