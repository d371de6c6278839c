import type { Tools } from "../paths.ts";

/**
 * Installs the tools that are missing or out of date.
 *
 * @param onDemand - Tools beyond those that everybody gets.
 */
export function setUpTools(onDemand: readonly (keyof Tools)[]): Promise<void>;
