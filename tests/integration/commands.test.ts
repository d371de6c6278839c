import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { Topic } from "@pulumi/aws/sns/index.js";
import { expect } from "chai";
import { isRunning, startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine } from "../../local/engine/engine.ts";
import { endOf, startCli } from "./cli-process.ts";

describe("./orders up, outputs and down", function () {
  this.slow(20_000);

  const folder = mkdtempSync(join(tmpdir(), "orders-commands-"));
  // Isolated from the developer's own stack, if any.
  const environment = { ...process.env, ORDERS_FOLDER: join(folder, "local"), ORDERS_PORT: "0" };

  const begin = (verb: string, args: string[] = [], env = environment) => startCli([verb, ...args], env);
  const run = (verb: string, args: string[] = [], env = environment) => endOf(begin(verb, args, env));

  const outputs = async (...args: string[]) => JSON.parse((await run("outputs", args)).output);
  const orders = async () => {
    const { apiUrl, apiKey } = await outputs("--show-secrets");
    const response = await fetch(`${apiUrl}/orders`, { headers: { "x-api-key": apiKey } });
    return ((await response.json()) as { orders: { orderId: string }[] }).orders.map(({ orderId }) => orderId);
  };
  /** The process that watches the emulator. */
  const emulatorPid = () => JSON.parse(readFileSync(join(environment.ORDERS_FOLDER, "emulator.json"), "utf8")).pid;
  /** Starts `up`, and waits until it creates resources. */
  const beginDeploying = async () => {
    const child = begin("up");
    const errors = text(child.stderr as NodeJS.ReadableStream);
    for await (const line of child.stdout as NodeJS.ReadableStream) if (`${line}`.includes("+ ")) break;
    return { child, errors };
  };

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

  it("explain what is wrong with a port, and leave nothing", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const start = (ORDERS_PORT: string) => run("up", [], { ...environment, ORDERS_PORT });

    const inUse = await start(String(port));
    const blocked = await start("6000");
    const notOne = await start("4566x");
    other.close();

    expect(inUse.errors).to.equal(
      `Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another with ORDERS_PORT.\n`,
    );
    expect(blocked.errors).to.equal(
      "Browsers and Node.js refuse to connect to port 6000: choose another with ORDERS_PORT.\n",
    );
    expect(notOne.errors).to.equal('ORDERS_PORT is "4566x": enter a port, 1 to 65535, or 0 for any free one.\n');
    for (const { output, code } of [inUse, blocked, notOne])
      expect({ output, code }).to.deep.equal({ output: "", code: 1 });
    expect(existsSync(environment.ORDERS_FOLDER)).to.equal(false);
  });

  it("leave a start alone that is at work, and exit cleanly when interrupted", async () => {
    const { child, errors } = await beginDeploying();

    const others = await Promise.all([run("up"), run("down", ["--yes"])]);
    child.kill("SIGTERM");
    const [code] = await once(child, "close");

    const sentence = `Process ${child.pid} is working on the stack local: wait until it has finished, or stop it.\n`;
    const refused = { output: "", errors: sentence, code: 1 };
    expect(others).to.deep.equal([refused, refused]);
    expect(await errors).to.equal("Interrupted.\n");
    expect(code).to.equal(130);
  });

  it("say that the emulator ended while they deployed", async () => {
    const { child, errors } = await beginDeploying();

    process.kill(emulatorPid(), "SIGKILL");
    const [code] = await once(child, "close");

    expect(await errors).to.equal(
      `The emulator of the stack local ended meanwhile: try again. Its log is ${folder}/local/emulator.log.\n`,
    );
    expect(code).to.equal(1);
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
    const before = await orders();

    const started = await run("up");

    expect(started.output).to.match(/✔ \d+ unchanged/);
    expect(before).to.have.length.of.at.least(2);
    expect(await orders()).to.include.members(before);
  });

  it("send nothing on this machine through a proxy, whatever the environment says", async () => {
    const before = await orders();
    const proxied: string[] = [];
    const proxy = createServer((socket) => {
      socket.on("data", (request) => proxied.push(String(request))).on("error", () => {});
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const names = ["http_proxy", "https_proxy", "all_proxy", "grpc_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    const proxies = { ...Object.fromEntries(names.map((name) => [name, url])), NODE_USE_ENV_PROXY: "1" };

    const started = await run("up", [], { ...environment, ...proxies });
    proxy.close();

    expect(started).to.include({ errors: "", code: 0 });
    expect(started.output).to.match(/✔ \d+ unchanged/);
    expect(proxied).to.deep.equal([]);
    expect(await orders()).to.include.members(before);
  });

  it("neither replace nor remove an emulator that does not answer, as it has all the orders", async () => {
    const before = await orders();
    const pid = emulatorPid();
    const [emulator] = execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .split("\n")
      .map(Number);

    process.kill(emulator as number, "SIGSTOP");
    const [started, stopped] = [await run("up"), await run("down")];
    process.kill(emulator as number, "SIGCONT");

    expect(started.errors).to.match(
      /^The emulator of the stack local, process \d+, does not answer at http:\S+: try again, or give it up with all its data by "\.\/orders down"\./,
    );
    expect(stopped.errors).to.equal(
      "Destroy the stack local, with its orders, which can't be counted now? Nothing was done: add --yes to confirm.\n",
    );
    for (const { output, code } of [started, stopped]) expect({ output, code }).to.deep.equal({ output: "", code: 1 });
    expect(await orders()).to.include.members(before);
  });

  it("deploy everything again if the emulator has died", async () => {
    process.kill(emulatorPid(), "SIGKILL");

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
