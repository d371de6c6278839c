import { goTool } from "./go-tool.mjs";

const version = "1.8.1";
const platforms = { linux: "linux", darwin: "macos" };
const architectures = { x64: "amd64", arm64: "arm64" };

export const k6 = goTool({
  name: "k6",
  version,
  versionArgs: ["version"],
  versionPattern: new RegExp(`^k6 v${version}\\b`),
  url: (platform, arch) => {
    const [system, architecture] = [platforms[platform], architectures[arch]];
    if (!system || !architecture) return undefined;
    const archive = `k6-v${version}-${system}-${architecture}.${system === "linux" ? "tar.gz" : "zip"}`;
    return `https://github.com/grafana/k6/releases/download/v${version}/${archive}`;
  },
  strip: 1,
  buildTime: "about two minutes",
});
