import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { PRODUCTS } from "../../load/catalogue.ts";
import { runK6 } from "../../load/k6.ts";
import { planOf } from "../../load/plan.ts";
import type { Results } from "../../load/results.ts";
import { root } from "../../tools/paths.ts";
import { useLocalStack } from "../support/stack.ts";

describe("./orders load", function () {
  this.slow(60_000);

  it("finds an ephemeral stack in order", async () => {
    const { output, errors, code, results, report } = await load(["--profile", "smoke", "--scenario", "journey"]);

    expect(errors).to.equal("");
    expect(code).to.equal(0);
    expect(output)
      .to.match(/^Profile smoke, scenario journey: 40 orders in 20 s, up to 2 a second, on an ephemeral stack at http/m)
      .and.to.include("Every accepted order reached a final state, and stock and charges add up.");
    expect(results.orders).to.deep.equal({ sent: 40, accepted: 40, refused: 0, COMPLETED: 38, FAILED: 2 });
    expect(results.levels).to.have.lengthOf(7);
    expect(report).to.include("<html");
  });

  describe("on a stack that is there", () => {
    const stack = useLocalStack();

    /** The environment of somebody who manages the stack with the Pulumi CLI. */
    const operator = () => ({
      PULUMI_BACKEND_URL: pathToFileURL(join(stack().directory ?? "", "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "",
      AWS_ENDPOINT_URL: stack().awsClient.endpoint ?? "",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });

    it("refuses a remote one unless its caller means it", async () => {
      // Found by the Pulumi CLI only, as a stack on AWS is: no record of it is in this temporary folder.
      const elsewhere = { ...operator(), TMPDIR: join(stack().directory ?? "", "home") };
      const { output, errors, code } = await load(["--profile", "smoke", "--stack", stack().name], elsewhere);

      expect(output).to.equal("");
      expect(errors).to.match(/^This would place about 30 orders on the stack test-.*: add --yes-i-mean-it/);
      expect(code).to.equal(1);
    });

    it("says in a sentence that there is no such stack, before it asks whether its caller means it", async () => {
      const { errors, code } = await load(["--profile", "smoke", "--stack", "none"], operator());

      expect(errors).to.match(
        /^There is no stack none\. On this machine: .*\. In the state that Pulumi is logged in to: test-/,
      );
      expect(code).to.equal(1);
    });

    it("fails when a service level is not kept, and still looks after every order", async () => {
      const args = ["--rate", "2", "--duration", "20s", "--p95", "1", "--yes-i-mean-it"];
      const run = await load(["--profile", "load", "--stack", stack().name, ...args], operator());

      expect(run.output).to.include(`40 orders in 20 s, up to 2 a second, on the stack ${stack().name} at http`);
      expect(run.errors).to.match(/^The service level of POST \/orders was not kept: p\(95\)<1, and it was \d+\.$/m);
      expect(run.code).to.equal(1);
      const { sent = 0, accepted = 0, COMPLETED = 0, FAILED = 0 } = run.results.orders;
      expect(sent).to.be.above(0).and.below(40, "it went on though the level was broken");
      expect(COMPLETED + FAILED).to.be.within(accepted, sent);
      expect(run.results.failures.every((failure) => failure.startsWith("The service level"))).to.equal(true);
    });
  });
});

describe("The load's set-up", () => {
  const folder = mkdtempSync(join(tmpdir(), "orders-load-"));
  const stack = useLocalStack();
  const emptyShop = createServer((_, answer) => answer.end(JSON.stringify({ products: [] })));

  before("open a shop without products", () => once(emptyShop.listen(0, "127.0.0.1"), "listening"));

  after("clean up", () => {
    emptyShop.close();
    rmSync(folder, { recursive: true });
  });

  const start = async (changes: { storefront?: object; backOffice?: object; newKey?: number }) => {
    const { storefront, backOffice } = stack();
    const apiOf = ({ url }: { url: string }, key = "") => ({ url, key });
    const run = {
      id: "load-test",
      plan: { ...planOf("smoke", "place", "local"), newKey: changes.newKey ?? 0 },
      storefront: { ...apiOf(storefront, stack().outputs.storefrontKey), ...changes.storefront },
      backOffice: { ...apiOf(backOffice, stack().outputs.apiKey), ...changes.backOffice },
      summary: join(folder, "summary.json"),
    };
    const failure = await runK6(run, join(folder, "report.html"), new AbortController().signal).catch((error) => error);
    return failure.message;
  };

  it("ends the run when a key is wrong, and says which", async () => {
    const { storefront, backOffice } = stack();

    expect(await start({ backOffice: { key: "x".repeat(20) } })).to.equal(
      `The back office at ${backOffice.url} refuses the key: is it another stack's?`,
    );
    expect(await start({ storefront: { key: "x".repeat(20) } })).to.equal(
      `The storefront at ${storefront.url} refuses the key: is it another stack's?`,
    );
  });

  it("asks again with a new key, which API Gateway may not know yet, for as long as the plan says", async () => {
    const newKey = createServer((_, answer) => {
      answer.statusCode = refusals-- > 0 ? 403 : 200;
      answer.end(JSON.stringify({ products: [] }));
    });
    let refusals = 0;
    await once(newKey.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(newKey.address() as AddressInfo).port}`;
    const refusing = (count: number, seconds: number) => {
      refusals = count;
      return start({ storefront: { url }, backOffice: { url }, newKey: seconds });
    };

    expect(await refusing(PRODUCTS.length + 1, 30)).to.match(/^There is nothing to order/);
    expect(await refusing(Number.POSITIVE_INFINITY, 1)).to.match(/^The back office at .* refuses the key/);
    newKey.close();
  });

  it("ends the run when nobody is there", async () => {
    const url = "http://127.0.0.1:1";

    expect(await start({ backOffice: { url } })).to.match(
      /^The back office at http:\/\/127.0.0.1:1 can't be reached: .*refused/,
    );
  });

  it("ends the run when there is nothing to order", async () => {
    const url = `http://127.0.0.1:${(emptyShop.address() as AddressInfo).port}`;

    expect(await start({ storefront: { url } })).to.equal(
      `There is nothing to order at ${url}: it doesn't show the back office's catalogue.`,
    );
  });
});

/** Runs the command. @returns What it printed, and what it wrote, which is taken away. */
async function load(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, "cli", "main.ts"), "load", ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const file = /^Results: (.*)\.json/m.exec(output)?.[1];
  const take = (type: string) => {
    const path = join(root, `${file}.${type}`);
    const content = existsSync(path) ? readFileSync(path, "utf8") : "";
    rmSync(path, { force: true });
    return content;
  };
  const report = take("html");
  return { output, errors, code, report, results: JSON.parse(take("json") || "{}") as Results };
}
