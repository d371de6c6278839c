import { goTool } from "./go-tool.mjs";

const version = "1.38.0";
const systems = {
  "linux x64": "linux_amd64",
  "linux arm64": "linux_arm64",
  "darwin x64": "darwin_all",
  "darwin arm64": "darwin_all",
};

/** Detects breaking changes between two OpenAPI documents. */
export const oasdiff = goTool({
  name: "oasdiff",
  version,
  versionArgs: ["--version"],
  versionPattern: new RegExp(`^oasdiff version ${version}$`),
  url: (platform, arch) => {
    const system = systems[`${platform} ${arch}`];
    return (
      system && `https://github.com/oasdiff/oasdiff/releases/download/v${version}/oasdiff_${version}_${system}.tar.gz`
    );
  },
  linkerFlags: [`-X github.com/oasdiff/oasdiff/build.Version=${version}`],
  buildTime: "about a minute",
});
