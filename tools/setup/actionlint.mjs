import { goTool } from "./go-tool.mjs";

const version = "1.7.12";
const platforms = ["linux", "darwin"];
const processors = { x64: "amd64", arm64: "arm64" };

/** Checks the pipelines' files. */
export const actionlint = goTool({
  name: "actionlint",
  version,
  ask: ["-version"],
  answer: new RegExp(`^v?${version}\\b`),
  url: (platform, processor) => {
    const chip = processors[processor];
    if (!platforms.includes(platform) || !chip) return undefined;
    const archive = `actionlint_${version}_${platform}_${chip}.tar.gz`;
    return `https://github.com/rhysd/actionlint/releases/download/v${version}/${archive}`;
  },
  buildTime: "about half a minute",
});
