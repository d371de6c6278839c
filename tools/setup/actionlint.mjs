import { goTool } from "./go-tool.mjs";

const version = "1.7.12";
const platforms = ["linux", "darwin"];
const architectures = { x64: "amd64", arm64: "arm64" };

/** Linter for the GitHub Actions workflows. */
export const actionlint = goTool({
  name: "actionlint",
  version,
  versionArgs: ["-version"],
  versionPattern: new RegExp(`^v?${version}\\b`),
  url: (platform, arch) => {
    const architecture = architectures[arch];
    if (!platforms.includes(platform) || !architecture) return undefined;
    const archive = `actionlint_${version}_${platform}_${architecture}.tar.gz`;
    return `https://github.com/rhysd/actionlint/releases/download/v${version}/${archive}`;
  },
  buildTime: "about half a minute",
});
