import { LOCAL_STACK } from "../../stacks/names.ts";

/** A command to run next, on the same stack: `./orders watch ID --stack prod`. @param verb - With its arguments. */
export function nextCommand(stackName: string, verb: string): string {
  return `./orders ${verb}${stackName === LOCAL_STACK ? "" : ` --stack ${stackName}`}`;
}
