import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { toTagValue } from "../components/shared/tag-value.ts";
import { root } from "../tools/paths.ts";

/** The configuration files: of the permanent stages, and the previews' template. */
export type Stage = "dev" | "prod" | "pr";

/** What tells one preview from another. */
export interface PreviewLabels {
  owner: string;
  commit: string;
  /** When it may be removed; see {@link expiryAfter}. */
  expiry: string;
}

/** Pulumi.yaml's defaults, as the engine passes them to the program: as strings. */
export function configDefaults(): Record<string, string> {
  const { config } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  const settings = Object.entries<{ default?: unknown }>(config);
  const given = settings.filter(([, setting]) => setting.default !== undefined);
  return asTexts(given.map(([name, setting]) => [name, setting.default]));
}

/** A stage's settings that differ from the defaults, without the project's prefix, and without secrets, which only the engine can read. */
export function stageValues(stage: Stage): Record<string, string> {
  const { config } = parse(readFileSync(join(root, `Pulumi.${stage}.yaml`), "utf8"));
  const settings = Object.entries<unknown>(config);
  const own = settings.filter(([key, value]) => key.startsWith(NAMESPACE) && !isSecret(value));
  return asTexts(own.map(([key, value]) => [key.slice(NAMESPACE.length), value]));
}

/** The configuration of one preview: the template's, and its own labels. Its owner may be a bot, whose name is no tag. */
export function previewConfig({ owner, commit, expiry }: PreviewLabels): Record<string, string> {
  return { ...stageValues("pr"), owner: toTagValue(owner), commit, expiry };
}

/** The time in so many hours, in the format of the setting `expiry`. */
export function expiryAfter(hours: number, now = new Date()): string {
  return new Date(now.getTime() + hours * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
}

const NAMESPACE = "orders:";

/** Whether a setting's value is encrypted: `config set --secret` writes it as `{secure: …}`. */
function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** Values as the engine passes them to a program: strings, and lists as JSON. */
function asTexts(settings: [string, unknown][]): Record<string, string> {
  return Object.fromEntries(
    settings.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
