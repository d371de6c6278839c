import openInBrowser from "open";
import type { OutputName } from "../../../stacks/stack.ts";
import type { Context, Report } from "../../context.ts";
import { CommandFailure } from "../../errors.ts";
import { EXIT } from "../../exit-codes.ts";

/** A page that can be opened. */
export type Page = "shop" | "dashboard";

const OUTPUTS: Record<Page, OutputName> = { shop: "websiteUrl", dashboard: "dashboardUrl" };

/** Opens a page of a stack in the browser, where somebody sits at one, and prints its address anyway. @param show - Opens it. */
export async function open(
  { stack, options, terminal }: Pick<Context, "stack" | "options" | "terminal">,
  page: Page,
  show: (url: string) => Promise<unknown> = openInBrowser,
): Promise<Report> {
  const { name, awsClient, output } = await stack();
  if (page === "dashboard" && awsClient.endpoint !== undefined) {
    const sentence = `The dashboard is in the AWS console, but ${name} runs on this machine: "./orders doctor" shows how it is.`;
    throw new CommandFailure(EXIT.FAILED, sentence);
  }
  const url = output(OUTPUTS[page]);
  // The address is what helps if no browser can be started.
  if (terminal.canAsk && !options.json && hasScreen()) await show(url).catch(() => {});
  return { data: { url }, text: url };
}

/** On Linux, a browser needs a display server; macOS and Windows always have their own. */
function hasScreen({ DISPLAY, WAYLAND_DISPLAY } = process.env): boolean {
  return process.platform !== "linux" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}
