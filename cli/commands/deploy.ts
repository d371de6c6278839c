// npm run deploy -- --stack dev [--artefact build] [--commit SHA] [what else "pulumi up" takes]: deploys with the Pulumi CLI,
// without asking. With an artefact, exactly its files, or nothing.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { takeArtefact } from "../../delivery/artefact.ts";
import { tool } from "../../tools/paths.ts";
import { command } from "../command.ts";

await command(async (signal) => {
  const options = { stack: { type: "string" }, artefact: { type: "string" }, commit: { type: "string" } } as const;
  const { values, tokens } = parseArgs({ options, strict: false, tokens: true });
  const { stack, artefact, commit } = values;
  if (typeof stack !== "string") throw new Error('Say what to deploy: "npm run deploy -- --stack dev".');
  if (typeof artefact === "string") {
    const { files } = await takeArtefact(artefact);
    console.log(`Deploying the ${Object.keys(files).length} files of ${artefact} to ${stack}.`);
  }
  const others = tokens.flatMap((token) => {
    if (token.kind === "positional") return [token.value];
    if (token.kind !== "option" || token.name in options) return [];
    return [token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`];
  });
  const known = typeof commit === "string" ? ["--config", `orders:commit=${commit}`] : [];
  // With a preview first: what that refuses, such as to replace a protected table, stops all, and not only the rest.
  const args = ["up", "--yes", "--non-interactive", "--stack", stack, ...known, ...others];
  const child = spawn(join(tool("pulumi"), "bin", "pulumi"), args, { stdio: "inherit" });
  // The CLI finishes what it is at, and writes down what there is. A terminal's Ctrl-C reaches it by itself.
  signal.addEventListener("abort", () => child.kill("SIGINT"));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${stack} was not deployed: see above.`);
});
