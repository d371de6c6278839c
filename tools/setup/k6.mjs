import { goTool } from "./go-tool.mjs";

const version = "1.8.1";
const platforms = { linux: "linux", darwin: "macos" };
const processors = { x64: "amd64", arm64: "arm64" };

export const k6 = goTool({
  name: "k6",
  version,
  ask: ["version"],
  answer: new RegExp(`^k6 v${version}\\b`),
  url: (platform, processor) => {
    const [system, chip] = [platforms[platform], processors[processor]];
    if (!system || !chip) return undefined;
    const archive = `k6-v${version}-${system}-${chip}.${system === "linux" ? "tar.gz" : "zip"}`;
    return `https://github.com/grafana/k6/releases/download/v${version}/${archive}`;
  },
  strip: 1,
  buildTime: "about two minutes",
});
