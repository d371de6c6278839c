import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The configuration that Pulumi.yaml gives to every stack, as the engine passes it to the program: as texts. */
export function configDefaults(): Record<string, string> {
  const { config } = parse(readFileSync(join(import.meta.dirname, "..", "..", "Pulumi.yaml"), "utf8"));
  const given = Object.entries<{ default?: unknown }>(config).filter(([, setting]) => setting.default !== undefined);
  return Object.fromEntries(
    given.map(([name, { default: value }]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
