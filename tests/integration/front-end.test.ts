import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { toEvent } from "../../domain/events.ts";
import { root } from "../../tools/paths.ts";
import { stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";

const run = promisify(execFile);
const GUIDE = readFileSync(join(root, "docs", "front-end.md"), "utf8");

describe("The guide to a front end of one's own", () => {
  const stack = useLocalStack();
  const project = mkdtempSync(join(tmpdir(), "orders-front-end-"));

  before("follow it in a new project", async () => {
    await stockCatalogue(stack().backOffice);
    symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
    copyFileSync(join(root, "domain", "contract", "storefront.d.ts"), join(project, "storefront.d.ts"));
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(project, "order.ts"), blockWith("createClient"));
    writeFileSync(join(project, "subscribe.ts"), blockWith("TopicSubscription"));
  });

  after(() => rmSync(project, { recursive: true, force: true }));

  it("has code without a type error", async () => {
    const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "esnext", "--types", "node"];
    const tsc = join(root, "node_modules", ".bin", "tsc");

    await run(tsc, [...options, "--allowImportingTsExtensions", "order.ts", "subscribe.ts"], { cwd: project });
  });

  it("places an order, and follows it until it is paid", async () => {
    const { url, key } = stack().storefront;
    const env = { ...process.env, STOREFRONT_URL: url, STOREFRONT_KEY: key };

    const { stdout } = await run(process.execPath, ["order.ts"], { cwd: project, env });

    expect(stdout).to.match(/^Placed [0-9a-f-]{36}\.\n(PENDING\n|PROCESSING\n)*COMPLETED\n$/);
  });

  it("shows an event as it is published", () => {
    const [, json = ""] = GUIDE.match(/```json\n(.*?)```/s) ?? [];
    const event = JSON.parse(json);

    expect(toEvent(event)).to.deep.equal(event);
  });
});

/** The code block of the guide that contains a text. */
function blockWith(text: string): string {
  const blocks = [...GUIDE.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  const [block, ...others] = blocks.filter((code) => code.includes(text));
  if (block === undefined || others.length > 0) throw new Error(`docs/front-end.md has not one block with ${text}.`);
  return block;
}
