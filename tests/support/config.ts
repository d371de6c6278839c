import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { asTexts, type Stage, stageValues } from "../../lib/stages.ts";
import { root } from "../../lib/tools.ts";

/** The configuration that Pulumi.yaml gives to every stack, as the engine passes it to the program: as texts. */
export function configDefaults(): Record<string, string> {
  const { config } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  const settings = Object.entries<{ default?: unknown }>(config);
  const given = settings.filter(([, setting]) => setting.default !== undefined);
  return asTexts(given.map(([name, setting]) => [name, setting.default]));
}

/** The configuration of a stage: the defaults, and what the stage has otherwise. */
export function stageConfig(stage: Stage): Record<string, string> {
  return { ...configDefaults(), ...stageValues(stage) };
}
