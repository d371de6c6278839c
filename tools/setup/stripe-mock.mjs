import { goTool } from "./go-tool.mjs";

const version = "0.203.0";
const platforms = ["linux", "darwin"];
const architectures = { x64: "amd64", arm64: "arm64" };

/** Stripe's own mock of its API. */
export const stripeMock = goTool({
  name: "stripe-mock",
  version,
  versionArgs: ["-version"],
  versionPattern: new RegExp(`^stripe-mock ${version}$`),
  url: (platform, arch) => {
    const architecture = architectures[arch];
    if (!platforms.includes(platform) || !architecture) return undefined;
    const archive = `stripe-mock_${version}_${platform}_${architecture}.tar.gz`;
    return `https://github.com/stripe/stripe-mock/releases/download/v${version}/${archive}`;
  },
  linkerFlags: [`-X main.version=${version}`],
  buildTime: "a few seconds",
});
