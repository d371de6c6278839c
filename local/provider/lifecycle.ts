import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { type Aws, isNotFound } from "./aws.ts";
import { diff, isSame } from "./diff.ts";
import { encode, type Properties, unknown, type Values } from "./properties.ts";
import type { InputRule, ResourceType } from "./resource-type.ts";

/** A resource's id and properties, in the engine's format. */
export interface ResourceState {
  id: string;
  properties: Struct;
}

/** The resource that an operation is about. */
export interface Resource {
  type: ResourceType;
  /** Logical name. */
  name: string;
  aws: Aws;
}

/** Creates the resource. A preview creates nothing, and its outputs are unknown. */
export async function create(resource: Resource, inputs: Properties, preview: boolean): Promise<ResourceState> {
  const { type, aws } = resource;
  if (preview) {
    const outputs = Object.fromEntries(type.outputs.map((output) => [output, unknown]));
    return { id: "", properties: allProperties(resource, inputs, outputs) };
  }
  const { id, outputs } = await attempt("create", resource, () => type.create(inputs.values, aws));
  return { id, properties: allProperties(resource, inputs, outputs) };
}

/** Updates the resource in place. A preview assumes that the outputs don't change. */
export async function update(
  resource: Resource,
  id: string,
  olds: Properties,
  inputs: Properties,
  preview: boolean,
): Promise<Struct> {
  const { type, aws } = resource;
  const outputs = onlyOutputs(type, olds.values);
  if (preview) return allProperties(resource, inputs, outputs);
  const { changes } = diff(type, olds.values, inputs.values);
  const changed = (...names: string[]) => changes.some(({ property }) => names.includes(property));
  const updated = await attempt("update", resource, async () =>
    type.update?.(id, inputs.values, aws, { state: olds.values, changed }),
  );
  return allProperties(resource, inputs, { ...outputs, ...updated });
}

/** Deletes the resource. No error if it is already gone. */
export async function remove(resource: Resource, id: string, olds: Properties): Promise<void> {
  const { type, aws } = resource;
  await attempt("delete", resource, async () => {
    try {
      await type.delete(id, aws, olds.values);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
}

/**
 * Reads the resource's current state, or undefined if it is gone. An input that still means the same keeps its notation;
 * one that was changed, or set although the program doesn't set it, gets the service's value.
 */
export async function read(
  resource: Resource,
  id: string,
  olds: Properties,
  oldInputs: Properties,
): Promise<(ResourceState & { inputs: Struct }) | undefined> {
  const { type, aws } = resource;
  const live = await attempt("read", resource, async () => {
    try {
      return await type.read(id, aws, { ...olds.values, ...oldInputs.values });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  });
  if (!live) return undefined;

  const values: Values = { ...oldInputs.values };
  for (const [property, rule] of Object.entries(type.inputs)) {
    if (hasDrifted(rule as InputRule, property, values, live.inputs)) values[property] = live.inputs[property];
  }
  const inputs = { values, secrets: oldInputs.secrets };
  const properties = allProperties(resource, inputs, { ...onlyOutputs(type, olds.values), ...live.outputs });
  return { id, properties, inputs: encode(values, oldInputs.secrets) };
}

/** Whether the service's value differs from the one that the program declares. */
function hasDrifted(rule: InputRule, property: string, declared: Values, live: Values): boolean {
  if (!(property in live) || rule.ignored) return false;
  if (rule.computed && declared[property] === undefined) return false;
  return !isSame(rule, declared[property], live[property]);
}

/** All properties of a resource: inputs with their defaults, and outputs. */
function allProperties({ type, aws }: Resource, inputs: Properties, outputs: Values): Struct {
  const defaults = Object.entries(type.inputs).map(([property, rule]) => [property, rule?.default]);
  const common = { region: aws.region, ...("tags" in type.inputs && { tagsAll: inputs.values.tags ?? {} }) };
  const secrets = [...inputs.secrets, ...(type.secrets ?? [])];
  return encode({ ...Object.fromEntries(defaults), ...common, ...inputs.values, ...outputs }, secrets);
}

function onlyOutputs(type: ResourceType, values: Values): Values {
  return Object.fromEntries(type.outputs.map((output) => [output, values[output]]));
}

/** Adds to an error which operation failed on which resource. */
async function attempt<T>(operation: string, { type, name }: Resource, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const { name: errorName, message } = error as Error;
    const reason = errorName === "Error" ? message : `${errorName}: ${message}`;
    throw new Error(`Could not ${operation} ${type.token} "${name}": ${reason}`, { cause: error });
  }
}
