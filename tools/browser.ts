import { type Browser, chromium } from "playwright-core";
import { tool } from "./paths.ts";

/** Starts the Chromium that the set-up found, without a sandbox: root can't use one, and all pages are local. */
export function launchBrowser(): Promise<Browser> {
  const args = ["--disable-gpu", "--disable-quic"];
  return chromium.launch({ executablePath: tool("chromium"), chromiumSandbox: false, args });
}
