import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { type Aws, isNotFound } from "./aws.ts";
import { compare, isSame } from "./diff.ts";
import { encode, type Properties, unknown, type Values } from "./properties.ts";
import type { InputRule, ResourceType } from "./resource-type.ts";

/** A resource that exists, in the engine's form. */
export interface Made {
  id: string;
  properties: Struct;
}

/** What an operation is about, as its error names it: type and logical name. */
export interface Subject {
  type: ResourceType;
  name: string;
  aws: Aws;
}

/** Makes the resource. A preview makes nothing, and knows the inputs only. */
export async function create(subject: Subject, inputs: Properties, preview: boolean): Promise<Made> {
  const { type, name, aws } = subject;
  if (preview) {
    const outputs = Object.fromEntries(type.outputs.map((output) => [output, unknown]));
    return { id: "", properties: state(subject, inputs, outputs) };
  }
  const { id, outputs } = await naming(`create ${type.token} "${name}"`, () => type.create(inputs.values, aws));
  return { id, properties: state(subject, inputs, outputs) };
}

/** Changes the resource in place. A preview takes the outputs as unchanged. */
export async function update(
  subject: Subject,
  id: string,
  olds: Properties,
  inputs: Properties,
  preview: boolean,
): Promise<Struct> {
  const { type, name, aws } = subject;
  const outputs = onlyOutputs(type, olds.values);
  if (preview) return state(subject, inputs, outputs);
  const { changes } = compare(type, olds.values, inputs.values);
  const changed = (...names: string[]) => changes.some(({ property }) => names.includes(property));
  const updated = await naming(`update ${type.token} "${name}"`, async () =>
    type.update?.(id, inputs.values, aws, { state: olds.values, changed }),
  );
  return state(subject, inputs, { ...outputs, ...updated });
}

/** Deletes the resource; that it is already gone is no error. */
export async function remove({ type, name, aws }: Subject, id: string, olds: Properties): Promise<void> {
  await naming(`delete ${type.token} "${name}"`, async () => {
    try {
      await type.delete(id, aws, olds.values);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
}

/**
 * What the service has of the resource now, or undefined where it is gone. An input that still means the same keeps the
 * way it is written; one that someone changed, or set where the program says nothing, gets the service's value.
 */
export async function read(
  subject: Subject,
  id: string,
  olds: Properties,
  oldInputs: Properties,
): Promise<(Made & { inputs: Struct }) | undefined> {
  const { type, name, aws } = subject;
  const live = await naming(`read ${type.token} "${name}"`, async () => {
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
    if (!isDrift(rule as InputRule, property, values, live.inputs)) continue;
    values[property] = live.inputs[property];
  }
  const inputs = { values, secrets: oldInputs.secrets };
  const properties = state(subject, inputs, { ...onlyOutputs(type, olds.values), ...live.outputs });
  return { id, properties, inputs: encode(values, oldInputs.secrets) };
}

/** Whether the service has something else than the program declares. */
function isDrift(rule: InputRule, property: string, declared: Values, live: Values): boolean {
  if (!(property in live) || rule.ignored) return false;
  if (rule.chosen && declared[property] === undefined) return false;
  return !isSame(rule, declared[property], live[property]);
}

/** Everything that a program can see of a resource: inputs with their defaults, and outputs. */
function state({ type, aws }: Subject, inputs: Properties, outputs: Values): Struct {
  const defaults = Object.entries(type.inputs).map(([property, rule]) => [property, rule?.default]);
  const common = { region: aws.region, ...("tags" in type.inputs && { tagsAll: inputs.values.tags ?? {} }) };
  const secrets = [...inputs.secrets, ...(type.secrets ?? [])];
  return encode({ ...Object.fromEntries(defaults), ...common, ...inputs.values, ...outputs }, secrets);
}

function onlyOutputs(type: ResourceType, values: Values): Values {
  return Object.fromEntries(type.outputs.map((output) => [output, values[output]]));
}

/** Says what was being done, in a sentence with the service's own error. */
async function naming<T>(attempt: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(`Could not ${attempt}: ${name === "Error" ? message : `${name}: ${message}`}`, { cause: error });
  }
}
