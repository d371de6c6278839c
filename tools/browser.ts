import { type Browser, chromium } from "playwright-core";
import { tool } from "./paths.ts";

/**
 * Starts the Chromium that the set-up found. Its pages are of this machine only, so it needs no sandbox, which root can't
 * use.
 */
export function launchBrowser(): Promise<Browser> {
  const args = ["--disable-gpu", "--disable-quic"];
  return chromium.launch({ executablePath: tool("chromium"), chromiumSandbox: false, args });
}
