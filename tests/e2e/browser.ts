import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach } from "mocha";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../../tools/browser.ts";
import { localFolder } from "../../tools/paths.ts";

/** A person with a browser of their own: nothing in it is left of the test before. */
export interface Visitor {
  /** What all tabs share. */
  context: BrowserContext;
  /** Opens a tab. */
  open(url: string): Promise<Page>;
  /** Another person's browser, which knows nothing of this one. */
  friend(): Promise<BrowserContext>;
  /** Says that the test brings errors like this one about, such as an answer 422, which Chromium tells as one. */
  expectErrors(pattern: RegExp): void;
}

/** How long a page may take for what a test waits for; whole orders take seconds. */
const PATIENCE_MS = 20_000;

/** What the page looked like when a test failed. */
const failures = join(localFolder, "failures");

/**
 * Gives the suite that calls it one Chromium, and each test a visitor with a fresh profile. A test fails where a page of it
 * logs an error or throws one, unless it said so before.
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

  before("start a browser", async function () {
    this.timeout(60_000);
    browser = await launchBrowser();
  });

  beforeEach("open a fresh profile", async () => {
    errors = [];
    expected = [];
    const newProfile = async () => {
      if (!browser) throw new Error("The browser has not started.");
      const profile = await browser.newContext({ locale: "en-US", ...options });
      profile.setDefaultTimeout(PATIENCE_MS);
      profile.on("page", (page) => noteErrors(page, errors));
      return profile;
    };
    const context = await newProfile();
    const open = async (url: string) => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    };
    visitor = { context, open, friend: newProfile, expectErrors: (pattern) => expected.push(pattern) };
  });

  afterEach("look for errors", async function () {
    if (this.currentTest?.state === "failed" && visitor) await keepPictures(visitor.context, this.currentTest.title);
    for (const profile of browser?.contexts() ?? []) await profile.close();
    const unexpected = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
    if (unexpected.length > 0) throw new Error(`The page logged ${unexpected.join(", and ")}`);
  });

  after("close the browser", () => browser?.close());

  return () => {
    if (!visitor) throw new Error("The visitor comes with each test: use it in tests only.");
    return visitor;
  };
}

function noteErrors(page: Page, errors: string[]): void {
  page.on("pageerror", (error) => errors.push(`${error.name}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`"${message.text()}" (${message.location().url})`);
  });
}

async function keepPictures(context: BrowserContext, title: string): Promise<void> {
  await mkdir(failures, { recursive: true });
  const name = title.replace(/\W+/g, "-");
  for (const [index, page] of context.pages().entries()) {
    await page.screenshot({ path: join(failures, `${name}-${index + 1}.png`), fullPage: true });
  }
}
