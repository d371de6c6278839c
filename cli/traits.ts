import type { Command } from "commander";
import type { Tools } from "../tools/paths.ts";

/** How a verb differs from most. */
export interface Traits {
  /** The tools that it needs beyond those that every verb gets; they are installed before it runs. */
  tools?: readonly (keyof Tools)[];
  /** The global options that it does not take. */
  without?: readonly ("stack" | "json")[];
}

const TRAITS = new WeakMap<Command, Traits>();

/** Declares how a verb differs from most. @returns The verb. */
export function withTraits(verb: Command, traits: Traits): Command {
  TRAITS.set(verb, traits);
  return verb;
}

/** How a verb differs from most. */
export function traitsOf(verb: Command): Traits {
  return TRAITS.get(verb) ?? {};
}
