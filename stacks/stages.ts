import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../tools/paths.ts";

/** What has a configuration file: the stages that stay, and the template of previews. */
export type Stage = "dev" | "prod" | "pr";

/** What a preview says about itself. */
export interface PreviewLabels {
  owner: string;
  commit: string;
  /** When it may be taken away; see {@link expiryAfter}. */
  expiry: string;
}

/** The configuration that Pulumi.yaml gives to every stack, as the engine passes it to the program: as texts. */
export function configDefaults(): Record<string, string> {
  const { config } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  const settings = Object.entries<{ default?: unknown }>(config);
  const given = settings.filter(([, setting]) => setting.default !== undefined);
  return asTexts(given.map(([name, setting]) => [name, setting.default]));
}

/** What a stage has otherwise than the defaults, by the program's own names. */
export function stageValues(stage: Stage): Record<string, string> {
  const { config } = parse(readFileSync(join(root, `Pulumi.${stage}.yaml`), "utf8"));
  const settings = Object.entries<unknown>(config);
  const own = settings.filter(([key]) => key.startsWith(NAMESPACE));
  return asTexts(own.map(([key, value]) => [key.slice(NAMESPACE.length), value]));
}

/** The configuration of one preview: the template's, and what it says about itself. */
export function previewConfig({ owner, commit, expiry }: PreviewLabels): Record<string, string> {
  return { ...stageValues("pr"), owner, commit, expiry };
}

/** The time so many hours from now, as the setting `expiry` takes it. */
export function expiryAfter(hours: number, now = new Date()): string {
  return new Date(now.getTime() + hours * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
}

const NAMESPACE = "orders:";

/** Values as the engine passes them to a program: lists as JSON. */
function asTexts(settings: [string, unknown][]): Record<string, string> {
  return Object.fromEntries(
    settings.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
