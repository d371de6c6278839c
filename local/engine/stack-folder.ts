import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ProjectSettings, StackSettings } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { root } from "../../tools/paths.ts";
import { isProcess } from "../emulator/processes.ts";

/**
 * The project of a folder's Pulumi.yaml. `main` goes, since the program runs in our process; so does `secret`, with which the
 * engine insists on values that the CLI encrypted, at the price of one more run of it: the folder is private instead,
 * and the program asks for them as secrets anyway.
 */
export function projectOf(folder: string): ProjectSettings {
  const { main: _, config, ...settings } = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8"));
  for (const setting of Object.values<{ secret?: boolean }>(config)) delete setting.secret;
  return { ...settings, config };
}

/** The project of this checkout. */
export const project = projectOf(root);

/** Makes the folder, readable by its owner only: it holds secrets. */
export function prepareFolder(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  mkdirSync(join(directory, "state"), { recursive: true });
}

export function stackExists(directory: string, name: string): boolean {
  return existsSync(join(directory, "state", ".pulumi", "stacks", project.name, `${name}.json`));
}

/** What an engine run needs, whatever the user's own Pulumi settings are. */
export function engineEnvironment(directory: string, ephemeral: boolean): Record<string, string> {
  return {
    PULUMI_HOME: join(directory, "home"),
    PULUMI_BACKEND_URL: `${pathToFileURL(join(directory, "state"))}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // Go collects garbage about as long as such a short program works: a third of each run's time.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    ...(ephemeral && { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }),
  };
}

/**
 * The stack's settings: what the engine wrote there (its encryption salt), with our configuration, by namespace.
 * The secret that signs cursors is made on the first call, and stays.
 */
export function stackSettings(
  directory: string,
  name: string,
  config: Record<string, Record<string, string>>,
): StackSettings {
  const file = join(directory, `Pulumi.${name}.yaml`);
  const { encryptionsalt, config: before } = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  const secret = `${project.name}:cursorSecret`;
  const settings = Object.entries(config).flatMap(([namespace, values]) =>
    Object.entries(namespace === project.name ? typed(values) : values).map(([key, value]) => [
      `${namespace}:${key}`,
      value,
    ]),
  );
  return {
    ...(encryptionsalt && { encryptionSalt: encryptionsalt }),
    config: { [secret]: before?.[secret] ?? randomBytes(32).toString("hex"), ...Object.fromEntries(settings) },
  };
}

/** The project's settings as the engine wants them, which takes texts for everything but lists. */
export function typed(values: Record<string, string>): Record<string, unknown> {
  const types = project.config as unknown as Record<string, { type: string }>;
  return Object.fromEntries(
    Object.entries(values).map(([key, text]) => [key, types[key]?.type === "array" ? JSON.parse(text) : text]),
  );
}

/** Clears the locks that killed engines left; those of running ones stay. */
export function removeStaleLocks(directory: string): void {
  const folder = join(directory, "state", ".pulumi", "locks");
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const lock = JSON.parse(readFileSync(file, "utf8")) as { pid: number; hostname: string };
    if (lock.hostname === hostname() && !isProcess(lock.pid, "pulumi")) rmSync(file);
  }
}
