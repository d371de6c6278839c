import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The configuration that Pulumi.yaml gives to every stack, as the engine passes it to the program: as texts. */
export function configDefaults(): Record<string, string> {
  const settings = Object.entries<{ default?: unknown }>(readConfig("Pulumi.yaml"));
  const given = settings.filter(([, setting]) => setting.default !== undefined);
  return texts(given.map(([name, setting]) => [name, setting.default]));
}

/** The configuration of one of the stages that have a file: the defaults, and what the stage has otherwise. */
export function stageConfig(stage: "dev" | "prod"): Record<string, string> {
  const settings = Object.entries(readConfig(`Pulumi.${stage}.yaml`));
  const own = settings.filter(([key]) => key.startsWith("orders:"));
  return { ...configDefaults(), ...texts(own.map(([key, value]) => [key.slice("orders:".length), value])) };
}

function readConfig(file: string) {
  return parse(readFileSync(join(import.meta.dirname, "..", "..", file), "utf8")).config;
}

function texts(settings: [string, unknown][]): Record<string, string> {
  return Object.fromEntries(
    settings.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
