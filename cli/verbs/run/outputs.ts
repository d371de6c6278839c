import { LOCAL_STACK } from "../../../stacks/names.ts";
import { findRecord } from "../../../stacks/record.ts";
import type { Context, Report } from "../../context.ts";

/** The outputs of a stack on this machine, with the emulator's `endpoint`. */
export async function outputs({ stackName, options }: Context<{ showSecrets?: true }>): Promise<Report> {
  const record = await findRecord(stackName);
  if (!record && stackName === LOCAL_STACK) throw new Error('Nothing is running: run "./orders up" first.');
  if (!record) {
    throw new Error(
      `${stackName} does not run on this machine: for a stack on AWS, run "npx pulumi stack output --json --stack ${stackName}".`,
    );
  }
  const shown = Object.entries(record.outputs)
    .filter(([, { secret }]) => options.showSecrets || !secret)
    .map(([name, { value }]) => [name, value]);
  const data = { ...Object.fromEntries(shown), endpoint: record.emulator.endpoint };
  return { data, text: JSON.stringify(data, null, 2) };
}
