import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { Topic } from "@pulumi/aws/sns/index.js";
import { expect } from "chai";
import { isRunning, startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine } from "../../local/engine/engine.ts";
import { endOf, startCli } from "./cli-process.ts";

const _root = join(import.meta.dirname, "..", "..");

describe("./orders up, outputs and down", function () {
  this.slow(20_000);

  const folder = mkdtempSync(join(tmpdir(), "orders-commands-"));
  // Isolated from the developer's own stack, if any.
  const environment = { ...process.env, ORDERS_FOLDER: join(folder, "local"), ORDERS_PORT: "0" };

  const begin = (verb: string, args: string[] = [], env = environment) => startCli([verb, ...args], env);
  const run = (verb: string, args: string[] = [], env = environment) => endOf(begin(verb, args, env));

  const outputs = async (...args: string[]) => JSON.parse((await run("outputs", args)).output);

  after("stop", async () => {
    await run("down", ["--yes"]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("explain that nothing is running", async () => {
    const asked = await run("outputs");
    const stopped = await run("down", ["--yes"]);

    expect(asked).to.deep.equal({ output: "", errors: 'Nothing is running: run "./orders up" first.\n', code: 1 });
    expect(stopped).to.deep.include({ output: "Nothing is running.\n", code: 0 });
  });

  it("explain that the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };

    const started = await run("up", [], { ...environment, ORDERS_PORT: String(port) });
    other.close();

    expect(started.errors).to.equal(
      `Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another with ORDERS_PORT.\n`,
    );
    expect(started.code).to.equal(1);
  });

  it("exit cleanly when interrupted", async () => {
    const child = begin("up");
    const errors = text(child.stderr as NodeJS.ReadableStream);
    for await (const line of child.stdout as NodeJS.ReadableStream) if (`${line}`.includes("+ ")) break;

    child.kill("SIGTERM");
    const [code] = await once(child, "close");

    expect(await errors).to.equal("Interrupted.\n");
    expect(code).to.equal(130);
  });

  it("start everything, also after an interruption, and print a curl command that places an order", async () => {
    const started = await run("up");
    const line = started.output.split("\n").find((candidate) => candidate.trim().startsWith("curl")) ?? "";
    const { stdout } = await promisify(execFile)("sh", ["-c", line]);

    expect(started.errors).to.equal("");
    expect(started.code).to.equal(0);
    expect(started.output)
      .to.match(/\d+ created/)
      .and.to.match(/Placed order .* 109.97 USD/)
      .and.to.match(/Z {2}COMPLETED/)
      .and.to.match(/Email to customer@example.com: Your order .* is paid/)
      .and.to.match(/Website +http:\/\/127.0.0.1:\d+\/[\w-]+\/index.html/);
    expect(JSON.parse(stdout)).to.include({ status: "PENDING", totalAmount: 109.97 });
  });

  it("print the outputs as one JSON object, secrets only on request", async () => {
    const open = await outputs();
    const all = await outputs("--show-secrets");

    expect(open).to.include.keys("apiUrl", "storefrontUrl", "region", "ordersTable", "endpoint");
    expect(open).not.to.have.any.keys("apiKey", "storefrontKey");
    expect(all).to.deep.include(open);
    expect(all).to.include.keys("apiKey", "storefrontKey");
  });

  it("change nothing on a second start, and keep the orders", async () => {
    const { apiUrl, apiKey } = await outputs("--show-secrets");
    const orders = async () => {
      const response = await fetch(`${apiUrl}/orders`, { headers: { "x-api-key": apiKey } });
      return ((await response.json()) as { orders: { orderId: string }[] }).orders.map(({ orderId }) => orderId);
    };
    const before = await orders();

    const started = await run("up");

    expect(started.output).to.match(/✔ \d+ unchanged/);
    expect(before).to.have.length.of.at.least(2);
    expect(await orders()).to.include.members(before);
  });

  it("deploy everything again if the emulator has died", async () => {
    const { pid } = JSON.parse(readFileSync(join(environment.ORDERS_FOLDER, "emulator.json"), "utf8"));
    process.kill(pid, "SIGKILL");

    const started = await run("up");

    expect(started.output)
      .to.include("The emulator has stopped since the last start")
      .and.to.match(/Placed order/);
    expect(started.code).to.equal(0);
  });

  it("stop nothing that has orders without confirmation", async () => {
    const { apiUrl, apiKey } = await outputs("--show-secrets");
    const headers = { "x-api-key": apiKey, "content-type": "application/json" };
    const body = { customerEmail: "ada@example.com", items: [{ productId: "PROD-001", quantity: 1 }] };
    await fetch(`${apiUrl}/orders`, { method: "POST", headers, body: JSON.stringify(body) });

    const refused = await run("down");

    const errors = "Destroy the stack local, with its 1 order? Nothing was done: add --yes to confirm.\n";
    expect(refused).to.deep.equal({ output: "", errors, code: 1 });
    expect((await fetch(`${apiUrl}/health`)).status).to.equal(200);
  });

  it("stop everything, and can be repeated", async () => {
    const { endpoint } = await outputs();

    const stopped = await run("down", ["--yes"]);
    const again = await run("down", ["--yes"]);

    expect(stopped.output)
      .to.match(/\d+ deleted/)
      .and.to.include("Stopped the emulator.");
    expect(stopped.code).to.equal(0);
    expect(again).to.deep.include({ output: "Nothing is running.\n", code: 0 });
    const error = await fetch(endpoint).catch((reason) => reason);
    expect(error).to.be.instanceOf(Error);
  });

  it("stop a stack that another version of the program deployed", async () => {
    const other = join(folder, "other");
    const emulator = await startEmulator({ logFile: join(other, "emulator.log") });
    const directory = join(other, "stack");
    const program = async () => void new Topic("topic");
    await (await openEngine({ name: "local", directory, endpoint: emulator.endpoint, program })).up();
    const state = join(directory, "state", ".pulumi", "stacks", "orders", "local.json");
    writeFileSync(state, readFileSync(state, "utf8").replaceAll("aws:sns/topic:Topic", "aws:sns/theme:Theme"));
    writeFileSync(join(other, "emulator.json"), JSON.stringify(emulator));

    const stopped = await run("down", ["--yes"], { ...environment, ORDERS_FOLDER: other });

    expect(stopped.output)
      .to.match(
        /^Not everything could be destroyed individually; stopping the emulator removes the rest: .*aws:sns\/theme:Theme/m,
      )
      .and.to.include("Stopped the emulator.");
    expect(stopped).to.include({ errors: "", code: 0 });
    expect(await isRunning(emulator)).to.equal(false);
  });
});
