import { computed, type RegisteredResource } from "../../support/mocks.ts";

/** The stages whose configuration is checked. */
export type Stage = "dev" | "prod";

/** A public rule as a check of a program's resources. Several lists may have the same rule. */
export interface Rule {
  /** Its ids in the public lists, e.g. `AwsSolutions-APIG1`. */
  ids: string[];
  /** What it requires. */
  title: string;
  /** The lists, the rule's names in their sources, and what is checked beyond them. */
  source: string;
  /** Resource types to check. */
  appliesTo: string[];
  /** Returns a few words for each violation; none if the resource complies. */
  check: Check;
  /** Changes by which a compliant resource breaks the rule. */
  mutations: Record<string, Mutation>;
  /** A program whose first resource complies; needed where no resource of the actual program does. */
  example?: RegisteredResource[];
}

type Check = (resource: RegisteredResource, program: RegisteredResource[]) => string[];

/** Replaces inputs of the resource, or changes the program around it. */
export type Mutation = Record<string, unknown> | ((program: RegisteredResource[]) => RegisteredResource[]);

/** The value of an input, by a path such as `tracingConfig.mode`; undefined if there is none. */
export function valueAt(inputs: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], inputs);
}

/** Reports an invalid input. */
export function findingsAt(inputs: unknown, path: string, isValid: (value: unknown) => boolean): string[] {
  const value = valueAt(inputs, path);
  return findingUnless(isValid(value), `${path} is ${JSON.stringify(value)}`);
}

/** A check that reports an invalid input of a resource. */
export function expects(path: string, isValid: (value: unknown) => boolean): Check {
  return ({ inputs }) => findingsAt(inputs, path, isValid);
}

/** Neither missing nor empty. */
export const isSet = (value: unknown) => value !== undefined && value !== null && value !== "";

export const isTrue = (value: unknown) => value === true;

export const isOneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);

/** Reports the finding unless the condition holds. */
export function findingUnless(condition: boolean, finding: string): string[] {
  return condition ? [] : [finding];
}

/** The program's resources of these types. */
export function ofType(program: RegisteredResource[], ...types: string[]): RegisteredResource[] {
  return program.filter(({ type }) => types.includes(type));
}

/** Whether the value is the resource's id, ARN, URL or name. */
export function refersTo(value: unknown, { name, inputs }: RegisteredResource): boolean {
  const { id, arn, url } = computed(name);
  return [id, arn, url, inputs.name ?? name, inputs.bucket].some((identity) => isSet(identity) && identity === value);
}

/** A {@link Mutation} that removes all resources of the types. */
export function without(...types: string[]): (program: RegisteredResource[]) => RegisteredResource[] {
  return (program) => program.filter(({ type }) => !types.includes(type));
}

/** A {@link Mutation} that replaces inputs of all resources of the type. */
export function withInputs(
  type: string,
  inputs: Record<string, unknown>,
): (program: RegisteredResource[]) => RegisteredResource[] {
  return (program) =>
    program.map((resource) =>
      resource.type === type ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource,
    );
}

/** A resource for an example. */
export function resource(type: string, name: string, inputs: Record<string, unknown> = {}): RegisteredResource {
  return { type, name, inputs, path: [type] };
}
