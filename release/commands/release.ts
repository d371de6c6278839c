// npm run release -- --stack prod [--rollback]: after `pulumi up`, leads callers to the new versions, little by little; or
// back to those from before the last release.

import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { Lambda } from "@aws-sdk/client-lambda";
import { Command } from "commander";
import { command } from "../../local/commands/command.ts";
import { release, rollBackRelease } from "../release.ts";
import { readReleases } from "../stack.ts";

await command(async (signal) => {
  const { stack, rollback } = new Command("npm run release --")
    .description(
      "Leads callers to the versions that the last `pulumi up` published: one call in ten at first, then all.",
    )
    .requiredOption("--stack <name>", "the stack, such as prod")
    .option("--rollback", "lead all callers back to the versions from before the last release, at once")
    .parse()
    .opts<{ stack: string; rollback?: true }>();
  const { region, releases } = await readReleases(stack);
  const tools = { codedeploy: new CodeDeploy({ region }), lambda: new Lambda({ region }), tell: console.log, signal };
  await (rollback ? rollBackRelease(releases, tools) : release(releases, tools));
});
