import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "./aws.ts";
import type { Values } from "./properties.ts";

/** What the provider knows of one input property. An input that has no rule is refused. */
export interface InputRule {
  /** Has to be given. */
  required?: true;
  /** A change needs a new resource, as it does on AWS. */
  replaces?: true;
  /** What AWS takes where nothing is given: the same as leaving the input out. */
  default?: unknown;
  /** Where nothing is given, AWS chooses, and what it chose stays: only a value that the program gives is compared. */
  chosen?: true;
  /** A JSON document in a string: compared by what it says, not by how it is written. */
  json?: true;
  /** A list whose order counts. Other lists are compared as sets. */
  ordered?: true;
  /** Accepted but without effect on this target: the reason. */
  ignored?: string;
  /** Where it is not given, the provider names the resource after its logical name, within the service's limit. */
  autoName?: { maxLength: number };
}

/** A resource as the service has it. */
interface Live<Inputs> {
  /** What the inputs would be for it. One that is left out can't be read, and counts as unchanged. */
  inputs: { [Name in keyof Inputs]?: Inputs[Name] | undefined };
  outputs: Values;
}

/**
 * One type of resource: the whole of what has to be written to add it.
 *
 * Values are plain: secrets are unwrapped, nothing is unknown. An error of the service may be thrown as it is; "not
 * found" means gone in `read` and done in `delete`.
 */
export interface ResourceDefinition<Inputs> {
  /** Its type in Pulumi, e.g. `aws:dynamodb/table:Table`. */
  token: string;
  inputs: { [Name in keyof Inputs]?: InputRule };
  /** The properties that it has beside its inputs. */
  outputs: readonly string[];
  /** Inputs and outputs that are always secret. */
  secrets?: readonly string[];
  /** Inputs that two resources can't share: a replacement that keeps them has to delete the old resource first. */
  identity?: readonly (keyof Inputs & string)[];
  create(inputs: Inputs, aws: Aws): Promise<{ id: string; outputs: Values }>;
  /** `state` is what the engine remembers of it: next to nothing when it is being imported. */
  read(id: string, aws: Aws, state: Partial<Inputs> & Values): Promise<Live<Inputs> | undefined>;
  /** Returns the outputs that changed, if any. A type without it is replaced whatever changes. */
  update?(id: string, inputs: Inputs, aws: Aws, past: Past<Inputs>): Promise<Values | undefined>;
  delete(id: string, aws: Aws, state: Inputs & Values): Promise<void>;
}

/** What an update starts from. */
interface Past<Inputs> {
  /** Inputs and outputs before the update. */
  state: Inputs & Values;
  /** Whether one of these inputs is another one now. */
  changed(...names: (keyof Inputs & string)[]): boolean;
}

/** A resource type whose own types are forgotten, so that all of them fit into one table. */
export type ResourceType = ResourceDefinition<Values>;

/** The inputs of a class of `@pulumi/aws`, without outputs and promises; a resource that is given for its id is its id. */
export type Plain<Args> = { [Name in keyof Args]: Exclude<Unwrap<Args[Name]>, { urn: unknown }> };

/** Checks a definition against the inputs of the official provider's class. */
export function defineResource<Inputs>(definition: ResourceDefinition<Inputs>): ResourceType {
  // Safe because Check has refused every input that has no rule before any other method sees it.
  return definition as unknown as ResourceType;
}
