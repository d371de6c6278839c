import { spawn } from "node:child_process";
import { root } from "../tools/paths.ts";
import { pulumiCli } from "../tools/pulumi-cli.ts";

/** How to deploy. */
interface DeployOptions {
  /** The commit that the stack is labelled with. */
  commit?: string | undefined;
  /** More arguments of `pulumi up`. */
  more: string[];
  /** Aborting it lets the CLI finish the current operations and save the state. */
  signal: AbortSignal;
}

/**
 * Deploys the checkout with the Pulumi CLI, without asking for confirmation.
 *
 * @throws Error, a sentence, where the CLI, which says why, did not.
 */
export async function deploy(stack: string, { commit, more, signal }: DeployOptions): Promise<void> {
  const config = commit === undefined ? [] : ["--config", `orders:commit=${commit}`];
  // Previews first: if that refuses a change, such as replacing a protected table, nothing at all is deployed.
  const args = ["up", "--cwd", root, "--yes", "--non-interactive", "--stack", stack, ...config, ...more];
  const { command, env } = pulumiCli();
  const child = spawn(command, args, { env, stdio: "inherit", detached: true });
  // In its own process group, it hears of Ctrl-C from here only: twice would make it stop without saving the state.
  signal.addEventListener("abort", () => child.kill("SIGINT"));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${stack} was not deployed: see above.`);
}
