import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach } from "mocha";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../../tools/browser.ts";
import { localFolder } from "../../tools/paths.ts";

/** A visitor with a fresh browser profile. */
export interface Visitor {
  /** The profile, which all tabs share. */
  context: BrowserContext;
  /** Opens a tab. */
  open(url: string): Promise<Page>;
  /** Creates another fresh profile, as of another person. */
  newProfile(): Promise<BrowserContext>;
  /** Allows errors that match, e.g. a response with status 422, which Chromium logs as one. */
  expectErrors(pattern: RegExp): void;
}

/** The time limit of everything a test waits for: for hangs. */
const TIMEOUT_MS = 300_000;

/** Screenshots of failed tests. */
const FAILURES_FOLDER = join(localFolder, "failures");

/**
 * Provides the suite with a Chromium, and each test with a visitor. A test fails if a page logs or throws an error that the
 * test did not expect.
 *
 * @example
 * const visitor = useBrowser();
 * it("opens", async () => expect(await (await visitor().open(url)).title()).to.equal("Shop"));
 */
export function useBrowser(options: BrowserContextOptions = {}): () => Visitor {
  let browser: Browser | undefined;
  let visitor: Visitor | undefined;
  let errors: string[] = [];
  let expected: RegExp[] = [];

  before("start a browser", async () => {
    browser = await launchBrowser();
  });

  beforeEach("open a fresh profile", async () => {
    errors = [];
    expected = [];
    const newProfile = async () => {
      if (!browser) throw new Error("The browser has not started.");
      const profile = await browser.newContext({ locale: "en-US", ...options });
      profile.setDefaultTimeout(TIMEOUT_MS);
      profile.on("page", (page) => collectErrors(page, errors));
      return profile;
    };
    const context = await newProfile();
    const open = async (url: string) => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    };
    visitor = { context, open, newProfile, expectErrors: (pattern) => expected.push(pattern) };
  });

  afterEach("check for errors", async function () {
    if (this.currentTest?.state === "failed" && visitor) await saveScreenshots(visitor.context, this.currentTest.title);
    for (const profile of browser?.contexts() ?? []) await profile.close();
    const unexpected = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
    if (unexpected.length > 0) throw new Error(`The page had unexpected errors: ${unexpected.join("; ")}`);
  });

  after("close the browser", () => browser?.close());

  return () => {
    if (!visitor) throw new Error("There is a visitor only during a test.");
    return visitor;
  };
}

function collectErrors(page: Page, errors: string[]): void {
  page.on("pageerror", (error) => errors.push(`${error.name}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`"${message.text()}" (${message.location().url})`);
  });
}

async function saveScreenshots(context: BrowserContext, title: string): Promise<void> {
  await mkdir(FAILURES_FOLDER, { recursive: true });
  const name = title.replace(/\W+/g, "-");
  for (const [index, page] of context.pages().entries()) {
    await page.screenshot({ path: join(FAILURES_FOLDER, `${name}-${index + 1}.png`), fullPage: true });
  }
}
