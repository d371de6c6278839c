import { physicalName } from "./naming.ts";
import type { Values } from "./properties.ts";
import type { ResourceType } from "./resource-type.ts";

/** One thing that is wrong with a resource's inputs. */
export interface Failure {
  property: string;
  reason: string;
}

/** What a name is made of. */
export interface NameSource {
  logicalName: string;
  seed: Uint8Array;
  /** A name that the engine's own naming settings propose. */
  proposed?: string | undefined;
}

/**
 * Every mistake in the inputs: unknown ones, and required ones that are missing. A value that is not known yet counts
 * as given.
 */
export function findFailures(type: ResourceType, inputs: Values): Failure[] {
  const unknown = Object.keys(inputs).filter((name) => !type.inputs[name]);
  const missing = Object.keys(type.inputs).filter((name) => type.inputs[name]?.required && inputs[name] === undefined);
  return [
    ...unknown.map((property) => ({
      property,
      reason:
        `${type.token} has no input "${property}" on the local target. ` +
        `Known are ${Object.keys(type.inputs).sort().join(", ")}.`,
    })),
    ...missing.map((property) => ({ property, reason: `${type.token} needs the input "${property}".` })),
  ];
}

/** The name that has to be added to the inputs, if any. A resource keeps the name that it got before. */
export function missingName(type: ResourceType, inputs: Values, olds: Values, source: NameSource): Values {
  const [name, rule] = Object.entries(type.inputs).find(([, { autoName } = {}]) => autoName) ?? [];
  if (!name || !rule?.autoName || inputs[name] !== undefined) return {};
  const made = source.proposed ?? physicalName(source.logicalName, source.seed, rule.autoName.maxLength);
  return { [name]: olds[name] ?? made };
}
