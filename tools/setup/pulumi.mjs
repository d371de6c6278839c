import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { goTool } from "./go-tool.mjs";
import { root } from "./run.mjs";

/** The CLI has the version of its launcher in package.json. */
const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.pulumi;
const platforms = ["linux", "darwin"];
const architectures = ["x64", "arm64"];

const cli = goTool({
  name: "pulumi",
  title: "the Pulumi CLI",
  version,
  versionArgs: ["version"],
  versionPattern: new RegExp(`^v${version}$`),
  url: (platform, arch) => {
    if (!platforms.includes(platform) || !architectures.includes(arch)) return undefined;
    const archive = `pulumi-v${version}-${platform}-${arch}.tar.gz`;
    return `https://github.com/pulumi/pulumi/releases/download/v${version}/${archive}`;
  },
  strip: 1,
  // Where its launcher looks. Our builds go elsewhere, as they lack the language hosts that official releases have.
  downloads: join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "versions", version),
  path: "bin/pulumi",
  linkerFlags: [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`],
  buildTime: "about 4 minutes",
});
const programIn = (folder) => folder && join(folder, "bin", "pulumi");

/** The engine: the folder that contains `bin/pulumi`. */
export const pulumi = {
  isCurrent: (recorded) => cli.isCurrent(programIn(recorded)),
  install: async () => dirname(dirname(await cli.install())),
};
