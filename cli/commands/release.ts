// npm run release -- --stack prod [--rollback]: after `pulumi up`, moves traffic to the new versions by a canary, or back to
// the versions from before the last release.

import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { Lambda } from "@aws-sdk/client-lambda";
import { release, rollBackRelease } from "../../delivery/release/release.ts";
import { releasesOf } from "../../delivery/release/releases.ts";
import { findStack } from "../../stacks/find.ts";
import { command } from "../command.ts";
import { commandLine } from "../command-line.ts";

await command(async (signal) => {
  const { stack: name, rollback } = commandLine(
    "npm run release --",
    "Moves traffic to the versions that the last `pulumi up` published: one call in ten at first, then all.",
  )
    .requiredOption("--stack <name>", "the stack, such as prod")
    .option("--rollback", "move all traffic back to the versions from before the last release, at once")
    .parse()
    .opts<{ stack: string; rollback?: true }>();
  const stack = await findStack(name);
  const releases = releasesOf(stack);
  const codedeploy = new CodeDeploy(stack.awsClient);
  const lambda = new Lambda(stack.awsClient);
  const tools = { codedeploy, lambda, tell: console.log, signal };
  await (rollback ? rollBackRelease(releases, tools) : release(releases, tools));
});
