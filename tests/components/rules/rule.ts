import { computed, type RegisteredResource } from "../../support/mocks.ts";

/** The stages whose configuration is checked. */
export type Stage = "dev" | "prod";

/** A public rule, as a check of a program's resources. */
export interface Rule {
  /** As its list names it, e.g. `AwsSolutions-APIG1`. */
  id: string;
  /** What it asks for. */
  title: string;
  /** Where it comes from: the list, and what the list's own sources call it. */
  source: string;
  /** Types of the resources that it is about. */
  appliesTo: string[];
  /** What is wrong with a resource of the program, in a few words each. Nothing if it keeps the rule. */
  finds: Check;
  /** Ways to break it, each done to a resource that keeps it. */
  broken: Record<string, Change>;
  /** A program whose first resource keeps the rule; for what ours has none of. */
  example?: RegisteredResource[];
}

type Check = (resource: RegisteredResource, program: RegisteredResource[]) => string[];

/** Inputs that take the place of the resource's own, or what becomes of the program around it. */
export type Change = Record<string, unknown> | ((program: RegisteredResource[]) => RegisteredResource[]);

/** The value of an input, by a path such as `tracingConfig.mode`; undefined where there is none. */
export function valueAt(inputs: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], inputs);
}

/** Finds a value that is not as it should be. */
export function wrongAt(inputs: unknown, path: string, isRight: (value: unknown) => boolean): string[] {
  const value = valueAt(inputs, path);
  return unless(isRight(value), `${path} is ${JSON.stringify(value)}`);
}

/** Finds a resource with an input that is not as it should be. */
export function expects(path: string, isRight: (value: unknown) => boolean): Check {
  return ({ inputs }) => wrongAt(inputs, path, isRight);
}

/** There is a value, and not an empty one. */
export const isSet = (value: unknown) => value !== undefined && value !== null && value !== "";

export const isTrue = (value: unknown) => value === true;

export const isOneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);

/** The finding, if the condition doesn't hold. */
export function unless(condition: boolean, finding: string): string[] {
  return condition ? [] : [finding];
}

/** The program's resources of these types. */
export function ofType(program: RegisteredResource[], ...types: string[]): RegisteredResource[] {
  return program.filter(({ type }) => types.includes(type));
}

/** Whether an input of another resource is this resource's id, ARN, URL or name. */
export function refersTo(value: unknown, { name, inputs }: RegisteredResource): boolean {
  const { id, arn, url } = computed(name);
  return [id, arn, url, inputs.name ?? name, inputs.bucket].some((identity) => isSet(identity) && identity === value);
}

/** For a {@link Change}: takes all resources of the types away. */
export function without(...types: string[]): (program: RegisteredResource[]) => RegisteredResource[] {
  return (program) => program.filter(({ type }) => !types.includes(type));
}

/** For a {@link Change}: gives all resources of the type other inputs. */
export function changing(
  type: string,
  inputs: Record<string, unknown>,
): (program: RegisteredResource[]) => RegisteredResource[] {
  return (program) =>
    program.map((resource) =>
      resource.type === type ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource,
    );
}

/** A resource of an example. */
export function resource(type: string, name: string, inputs: Record<string, unknown> = {}): RegisteredResource {
  return { type, name, inputs, path: [type] };
}
