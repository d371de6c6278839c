import { goTool } from "./go-tool.mjs";

const version = "0.203.0";
const platforms = ["linux", "darwin"];
const processors = { x64: "amd64", arm64: "arm64" };

/** Stripe's own stand-in for its API. */
export const stripeMock = goTool({
  name: "stripe-mock",
  version,
  ask: ["-version"],
  answer: new RegExp(`^stripe-mock ${version}$`),
  url: (platform, processor) => {
    const chip = processors[processor];
    if (!platforms.includes(platform) || !chip) return undefined;
    const archive = `stripe-mock_${version}_${platform}_${chip}.tar.gz`;
    return `https://github.com/stripe/stripe-mock/releases/download/v${version}/${archive}`;
  },
  linkerFlags: [`-X main.version=${version}`],
  buildTime: "a few seconds",
});
