import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "./aws.ts";
import type { Values } from "./properties.ts";

/** How the provider handles an input property. An input without a rule is rejected. */
export interface InputRule {
  /** Must be given. */
  required?: true;
  /** A change requires a replacement, as on AWS. */
  replaces?: true;
  /** AWS's default: giving it is the same as leaving the input out. */
  default?: unknown;
  /** If the program gives no value, AWS chooses one, which is not compared. */
  computed?: true;
  /** A JSON document in a string: parsed before it is compared. */
  json?: true;
  /** A list whose order matters. Other lists are compared as sets. */
  ordered?: true;
  /** Why the input is accepted without effect on this target. */
  ignored?: string;
  /** If not given, the name is derived from the resource's logical name, within the service's limit. */
  autoName?: { maxLength: number };
}

/** A resource's state as read from the service. */
interface LiveState<Inputs> {
  /** The inputs that would produce it. One that is left out can't be read, and counts as unchanged. */
  inputs: { [Name in keyof Inputs]?: Inputs[Name] | undefined };
  outputs: Values;
}

/**
 * A resource type: everything needed to add it to the provider.
 *
 * Values are plain: secrets are unwrapped, and nothing is unknown. Errors of the service needn't be caught: "not found"
 * means gone in `read`, and success in `delete`.
 */
export interface ResourceDefinition<Inputs> {
  /** Pulumi's type token, e.g. `aws:dynamodb/table:Table`. */
  token: string;
  inputs: { [Name in keyof Inputs]?: InputRule };
  /** Properties besides the inputs. */
  outputs: readonly string[];
  /** Inputs and outputs that are always secret. */
  secrets?: readonly string[];
  /** Inputs that identify the resource: a replacement that keeps them must delete the old resource first. */
  identity?: readonly (keyof Inputs & string)[];
  create(inputs: Inputs, aws: Aws): Promise<{ id: string; outputs: Values }>;
  /** @param state - The engine's record of inputs and outputs; nearly empty during an import. */
  read(id: string, aws: Aws, state: Partial<Inputs> & Values): Promise<LiveState<Inputs> | undefined>;
  /** @returns The outputs that changed, if any. A type without this method is replaced on any change. */
  update?(id: string, inputs: Inputs, aws: Aws, previous: Previous<Inputs>): Promise<Values | undefined>;
  delete(id: string, aws: Aws, state: Inputs & Values): Promise<void>;
}

/** The resource before an update. */
interface Previous<Inputs> {
  /** Inputs and outputs. */
  state: Inputs & Values;
  /** Whether one of these inputs changes. */
  changed(...names: (keyof Inputs & string)[]): boolean;
}

/** A resource type without its specific types, so that all fit into one table. */
export type ResourceType = ResourceDefinition<Values>;

/** The inputs of a class of `@pulumi/aws` as the provider gets them: no outputs or promises, and ids in place of resources. */
export type Plain<Args> = { [Name in keyof Args]: Exclude<Unwrap<Args[Name]>, { urn: unknown }> };

/** Type-checks a definition against the inputs of the official provider's class. */
export function defineResource<Inputs>(definition: ResourceDefinition<Inputs>): ResourceType {
  // Safe: the engine's Check call rejects inputs without a rule before any other method sees them.
  return definition as unknown as ResourceType;
}
