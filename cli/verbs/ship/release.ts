import { join } from "node:path";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { Lambda } from "@aws-sdk/client-lambda";
import { restoreArtefact, writeArtefact } from "../../../delivery/artefact.ts";
import { deploy } from "../../../delivery/deploy.ts";
import { release, rollBackRelease } from "../../../delivery/release/release.ts";
import { releasesOf } from "../../../delivery/release/releases.ts";
import { makeVersion } from "../../../delivery/version.ts";
import { root } from "../../../tools/paths.ts";
import { type Context, type Report, TOLD } from "../../context.ts";
import { CommandFailure } from "../../errors.ts";
import { EXIT } from "../../exit-codes.ts";

export type BuildContext = Context;
export type DeployContext = Context<{ artefact?: string; commit?: string }>;
export type ReleaseContext = Context<{ rollback?: true }>;
export type VersionContext = Context<{ yes?: true }>;

/** Builds for every stage. */
export async function build(_: BuildContext, folder = join(root, "build")): Promise<Report> {
  const artefact = await writeArtefact(folder);
  return {
    data: artefact,
    text: `Built ${Object.keys(artefact.files).length} files of ${artefact.commit} into ${folder}.`,
  };
}

/** Deploys with the Pulumi CLI, after the artefact, if there is one, was found to be what the program would upload. */
export async function deployStack({ options, terminal, tell }: DeployContext, more: string[]): Promise<Report> {
  const stack = named(options.stack, "deploy");
  const { artefact, commit } = options;
  if (artefact !== undefined) {
    const { files } = await restoreArtefact(artefact);
    tell(`Deploying the ${Object.keys(files).length} files of ${artefact} to ${stack}.`);
  }
  await deploy(stack, { commit, more, signal: terminal.interruption() });
  return TOLD;
}

/** Moves traffic to the new versions, or back. */
export async function releaseStack({ options, stack, terminal, tell }: ReleaseContext): Promise<Report> {
  named(options.stack, "release");
  const found = await stack();
  const releases = releasesOf(found);
  const clients = { codedeploy: new CodeDeploy(found.awsClient), lambda: new Lambda(found.awsClient) };
  const tools = { ...clients, tell, signal: terminal.interruption() };
  await (options.rollback ? rollBackRelease(releases, tools) : release(releases, tools));
  return TOLD;
}

/** Makes a version of this checkout. */
export async function version({ confirm }: VersionContext): Promise<Report> {
  await confirm("Make a version from the change notes, with a commit and a tag?");
  const made = makeVersion(root);
  return { data: made, text: `Made v${made}. Push its commit and tag with: git push origin HEAD v${made}` };
}

function named(stack: string | undefined, verb: string): string {
  if (stack !== undefined) return stack;
  throw new CommandFailure(EXIT.USAGE, `Which stack? For example: "./orders ${verb} --stack dev".`);
}
