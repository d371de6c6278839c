import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The configuration that Pulumi.yaml gives to every stack, as the engine passes it to the program: as texts. */
export function configDefaults(): Record<string, string> {
  const settings = Object.entries<{ default?: unknown }>(readConfig("Pulumi.yaml"));
  const given = settings.filter(([, setting]) => setting.default !== undefined);
  return texts(given.map(([name, setting]) => [name, setting.default]));
}

/** A stage that has a configuration file. */
type Stage = "dev" | "prod";

/** The configuration of a stage: the defaults, and what the stage has otherwise. */
export function stageConfig(stage: Stage): Record<string, string> {
  return { ...configDefaults(), ...stageValues(stage) };
}

/** What a stage has otherwise than the defaults. */
export function stageValues(stage: Stage): Record<string, string> {
  const settings = Object.entries(readConfig(`Pulumi.${stage}.yaml`));
  const own = settings.filter(([key]) => key.startsWith("orders:"));
  return texts(own.map(([key, value]) => [key.slice("orders:".length), value]));
}

function readConfig(file: string) {
  return parse(readFileSync(join(import.meta.dirname, "..", "..", file), "utf8")).config;
}

function texts(settings: [string, unknown][]): Record<string, string> {
  return Object.fromEntries(
    settings.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
