import { configDefaults, type Stage, stageValues } from "../../stacks/stages.ts";

/** The configuration of a stage: the defaults, and what the stage has otherwise. */
export function stageConfig(stage: Stage): Record<string, string> {
  return { ...configDefaults(), ...stageValues(stage) };
}
