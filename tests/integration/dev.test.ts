import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { copyProgram } from "../../stacks/program-copy.ts";
import { localFolder, root } from "../../tools/paths.ts";
import { ApiClient } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { orderBody } from "../support/orders.ts";

describe("./orders dev", function () {
  this.slow(20_000);
  const folder = mkdtempSync(join(tmpdir(), "orders-dev-"));
  const environment = { ...process.env, ORDERS_PORT: "0" };
  let dev: ChildProcess | undefined;
  let printed = "";

  before("copy the checkout, to edit it", () => {
    copyProgram(folder);
    for (const name of ["cli", "delivery", "load", "local", "stacks", "tools", "Pulumi.yaml"])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    mkdirSync(join(folder, ".orders"));
    cpSync(join(localFolder, "tools.json"), join(folder, ".orders", "tools.json"));
  });
  after("stop", async () => {
    if (dev?.exitCode === null) {
      dev.kill("SIGTERM");
      await once(dev, "close");
    }
    await once(begin("down", "--yes"), "close");
    rmSync(folder, { recursive: true });
  });

  it("deploys, and watches", async () => {
    dev = begin("dev");
    for (const stream of [dev.stdout, dev.stderr]) {
      stream?.on("data", (chunk) => {
        printed += chunk;
      });
    }

    await eventually(() => expect(printed).to.include("Watching aws, components, domain"));

    expect(printed).to.match(/Placed order/);
  });

  it("redeploys a handler when a module that it imports changes", async () => {
    const responses = join(folder, "domain", "contract", "response-bodies.ts");
    const changed = readFileSync(responses, "utf8").replace("Order created successfully", "Many thanks");
    expect(changed).to.include("Many thanks");

    writeFileSync(responses, changed);
    await eventually(() => expect(printed).to.match(/response-bodies\.ts changed\.[\s\S]*updated, \d+ unchanged/));

    expect((await placeOrder()).message).to.equal("Many thanks");
  });

  it("shows every email with sample data, as its template is after a change", async () => {
    const [, list = ""] = printed.match(/Emails +(\S+)/) ?? [];
    const read = async (file: string) => (await fetch(new URL(file, list))).text();
    const template = join(folder, "mails", "parts", "message.mjml");
    const before = await read("shipped.de-DE.html");

    writeFileSync(template, readFileSync(template, "utf8").replace("{{greeting}}", "{{greeting}} Ahoi!"));

    await eventually(async () => expect(await read("shipped.de-DE.html")).to.include("Guten Tag Ada Lovelace, Ahoi!"));
    expect(before).to.include("Guten Tag Ada Lovelace,").and.not.include("Ahoi");
    expect(await read("index.html")).to.include("shipped.de-DE.html");
    expect(await read("shipped.en-US.txt")).to.include("Hello Ada Lovelace,");
  });

  it("reports a change that doesn't compile, and keeps watching", async () => {
    const handler = join(folder, "handlers", "create-order.ts");
    const good = readFileSync(handler, "utf8");

    writeFileSync(handler, "export const handler = (;\n");
    await eventually(() => expect(printed).to.match(/create-order\.ts:1:/));
    writeFileSync(handler, good);
    await eventually(() =>
      expect(printed).to.match(/create-order\.ts:1:[\s\S]*create-order\.ts changed\.[\s\S]*\d+ unchanged/),
    );

    expect((await placeOrder()).message).to.equal("Many thanks");
  });

  it("exits cleanly, and leaves the stack running", async () => {
    const child = dev as ChildProcess;

    child.kill("SIGINT");
    await once(child, "close");

    expect((await placeOrder()).status).to.equal("PENDING");
  });

  function begin(verb: string, ...args: string[]): ChildProcess {
    return spawn(process.execPath, [join(folder, "cli", "main.ts"), verb, ...args], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Places an order on the running stack. @returns The response's body. */
  async function placeOrder(): Promise<{ message: string; status: string }> {
    const { stdout } = begin("outputs", "--show-secrets");
    const { apiUrl, apiKey } = JSON.parse(await text(stdout as NodeJS.ReadableStream));
    return (await new ApiClient(apiUrl, apiKey).post("/orders", orderBody())).body;
  }
});
