// npm run deploy -- --stack dev [--artefact build] [--commit SHA] [arguments of "pulumi up"]: deploys with the Pulumi CLI,
// without asking for confirmation. With an artefact, it deploys exactly those files or nothing.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { restoreArtefact } from "../../delivery/artefact.ts";
import { tool } from "../../tools/paths.ts";
import { command } from "../command.ts";

await command(async (signal) => {
  const options = { stack: { type: "string" }, artefact: { type: "string" }, commit: { type: "string" } } as const;
  const { values, tokens } = parseArgs({ options, strict: false, tokens: true });
  const { stack, artefact, commit } = values;
  if (typeof stack !== "string") throw new Error('Which stack? For example: "npm run deploy -- --stack dev".');
  if (typeof artefact === "string") {
    const { files } = await restoreArtefact(artefact);
    console.log(`Deploying the ${Object.keys(files).length} files of ${artefact} to ${stack}.`);
  }
  const others = tokens.flatMap((token) => {
    if (token.kind === "positional") return [token.value];
    if (token.kind !== "option" || token.name in options) return [];
    return [token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`];
  });
  const config = typeof commit === "string" ? ["--config", `orders:commit=${commit}`] : [];
  // Previews first: if that refuses a change, such as replacing a protected table, nothing at all is deployed.
  const args = ["up", "--yes", "--non-interactive", "--stack", stack, ...config, ...others];
  const child = spawn(join(tool("pulumi"), "bin", "pulumi"), args, { stdio: "inherit" });
  // On SIGINT, the CLI finishes the current operations and saves the state. A terminal's Ctrl-C reaches it directly.
  signal.addEventListener("abort", () => child.kill("SIGINT"));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${stack} was not deployed: see above.`);
});
