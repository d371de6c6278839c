import { physicalName } from "./naming.ts";
import type { Values } from "./properties.ts";
import type { ResourceType } from "./resource-type.ts";

/** An invalid or missing input. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** What a physical name is derived from. */
export interface NameSource {
  logicalName: string;
  seed: Uint8Array;
  /** The name that the engine's autonaming configuration proposes. */
  proposed?: string | undefined;
}

/** Finds inputs that are not supported, and required ones that are missing. An unknown value counts as given. */
export function checkInputs(type: ResourceType, inputs: Values): CheckFailure[] {
  const unsupported = Object.keys(inputs).filter((name) => !type.inputs[name]);
  const missing = Object.keys(type.inputs).filter((name) => type.inputs[name]?.required && inputs[name] === undefined);
  return [
    ...unsupported.map((property) => ({
      property,
      reason:
        `${type.token} has no input "${property}" on the local target. ` +
        `It has ${Object.keys(type.inputs).sort().join(", ")}.`,
    })),
    ...missing.map((property) => ({ property, reason: `${type.token} requires the input "${property}".` })),
  ];
}

/** The generated name to add to the inputs, or nothing if they have one. An existing resource keeps its name. */
export function autoName(type: ResourceType, inputs: Values, olds: Values, source: NameSource): Values {
  const [name, rule] = Object.entries(type.inputs).find(([, { autoName } = {}]) => autoName) ?? [];
  if (!name || !rule?.autoName || inputs[name] !== undefined) return {};
  const generated = source.proposed ?? physicalName(source.logicalName, source.seed, rule.autoName.maxLength);
  return { [name]: olds[name] ?? generated };
}
