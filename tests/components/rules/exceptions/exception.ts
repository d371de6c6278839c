import type { Stage } from "../rule.ts";

/** Violations that are accepted, and why. */
export interface Exception {
  /** Ids of the rules. */
  rules: string[];
  /** Names of the resources; `*` stands for any characters. */
  resources: string;
  /** The exact findings. Default: all findings of the rules. */
  findings?: string[];
  stages: Stage[];
  reason: string;
}

/** Rules for which the program has no resources, and why. */
export interface NotApplicable {
  rules: string[];
  stages: Stage[];
  reason: string;
}

/** All stages whose configuration is checked. */
export const ALL: Stage[] = ["dev", "prod"];
