import { type Command, Option } from "commander";
import type { Context, Perform } from "../context.ts";
import { examples } from "../help.ts";
import { withTraits } from "../traits.ts";
import type { BuildContext, DeployContext, ReleaseContext, VersionContext } from "./ship/release.ts";

/** Verbs that bring a change to the stages. */
export function addShipCommands(program: Command, perform: Perform): void {
  const releasing = () => import("./ship/release.ts");
  const packages = () => import("./ship/packages.ts");

  withTraits(program.command("build"), { without: ["stack", "json"] })
    .description("Builds everything that a deployment uploads, for every stage to deploy.")
    .argument("[folder]", "where to; it is replaced (default: build in the checkout)")
    .addHelpText("after", examples(["orders build", "into the folder build"]))
    .action(perform(async (context: BuildContext, folder?: string) => (await releasing()).build(context, folder)));

  withTraits(program.command("deploy"), { without: ["json"] })
    .description("Deploys a stack on AWS with the Pulumi CLI, without asking. Takes its options, too.")
    .option("--artefact <folder>", "deploy exactly the files of this build, or nothing")
    .option("--commit <sha>", "the commit it is labelled with")
    .argument("[arguments...]", 'more arguments of "pulumi up"')
    .allowUnknownOption()
    .addHelpText(
      "after",
      examples(
        ["orders deploy --stack dev", "this checkout"],
        ["orders deploy --stack prod --artefact build", "what was built once, for every stage"],
      ),
    )
    .action(perform(async (context: DeployContext, more: string[]) => (await releasing()).deployStack(context, more)));

  withTraits(program.command("release"), { without: ["json"] })
    .description("Moves traffic to the versions of the last deployment: one call in ten at first, then all.")
    .option("--rollback", "move all traffic back to the versions from before the last release, at once")
    .addHelpText(
      "after",
      examples(
        ["orders release --stack prod", "after each deployment; alarms roll it back"],
        ["orders release --stack prod --rollback", "back at once"],
      ),
    )
    .action(perform(async (context: ReleaseContext) => (await releasing()).releaseStack(context)));

  withTraits(program.command("change"), { without: ["stack", "json"] })
    .description("Writes a note for the changelog; without options, it asks.")
    .addOption(new Option("--minor <package>", "who uses the system notices").choices(["orders"]))
    .addOption(new Option("--patch <package>", "a fault is mended").choices(["orders"]))
    .addOption(new Option("--major <package>", "clients break").choices(["orders"]))
    .option("--message <sentence>", "what has changed")
    .addHelpText(
      "after",
      examples(
        ["orders change", "asks"],
        ['orders change --minor orders --message "Orders can be paid in peanuts."', "says it all"],
      ),
    )
    .action(
      perform(async ({ options }) => {
        const said = Object.entries({ ...options }).filter(([name]) => !["stack", "json"].includes(name));
        return (await packages()).change(said.flatMap(([name, value]) => [`--${name}`, String(value)]));
      }),
    );

  withTraits(program.command("version"), { without: ["stack", "json"] })
    .description("Makes a version from the change notes: changelog, commit and tag. Pushes nothing; asks first.")
    .option("-y, --yes", "don't ask")
    .addHelpText("after", examples(["orders version", "makes it"], ["orders --version", "only prints the current one"]))
    .action(perform(async (context: VersionContext) => (await releasing()).version(context)));

  withTraits(program.command("openapi"), { without: ["stack", "json"] })
    .description("Writes the contract of each audience, and types for its clients, into domain/contract/.")
    .addHelpText("after", examples(["orders openapi", "commit what it writes"]))
    .action(perform(async () => (await import("./ship/openapi.ts")).openapi()));

  withTraits(program.command("formats"), { tools: ["addresses"], without: ["stack", "json"] })
    .description("Writes what is known of each country's addresses and phone numbers into domain/.")
    .addHelpText("after", examples(["orders formats", "after a new version of the data; commit what it writes"]))
    .action(perform(async () => (await import("./ship/formats.ts")).formats()));

  withTraits(program.command("mails"), { without: ["stack", "json"] })
    .description("Compiles the templates of the emails in mails/ into mails/templates.json.")
    .addHelpText("after", examples(["orders mails", "commit what it writes; dev does the same, and shows the emails"]))
    .action(perform(async () => (await import("./ship/mails.ts")).mails()));

  withTraits(program.command("screenshots"), { tools: ["chromium"], without: ["stack", "json"] })
    .description("Retakes the website's screenshots in docs/screenshots.")
    .addHelpText("after", examples(["orders screenshots", "from a stack of its own; commit those that changed"]))
    .action(perform(async (context: Context) => (await import("./ship/screenshots.ts")).screenshots(context)));

  withTraits(program.command("sbom"), { without: ["stack", "json"] })
    .description("Prints the bill of materials, as CycloneDX.")
    .addHelpText("after", examples(["orders sbom > sbom.cdx.json", "into a file"]))
    .action(perform(async () => (await packages()).sbom()));
}
