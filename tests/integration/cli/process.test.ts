import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { EXIT } from "../../../cli/exit-codes.ts";
import { root } from "../../../tools/paths.ts";
import { LAPTOP_STAND, placeOrder, stockCatalogue } from "../../support/orders.ts";
import { useLocalStack } from "../../support/stack.ts";

/** Only what needs a separate process; the tests beside this one cover the verbs. */
describe("orders: as a process", () => {
  const stack = useLocalStack();
  before("stock the catalogue", () => stockCatalogue(stack().backOffice, [LAPTOP_STAND]));

  const run = async (args: string[], environment: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [join(root, "cli", "main.ts"), ...args], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { output, errors, exitCode };
  };

  it("finds a local stack by its name, given with --stack or in ORDERS_STACK", async () => {
    const orderId = await placeOrder(stack().storefront);

    const named = await run(["list", "--json", "--stack", stack().name]);
    const inherited = await run(["list"], { ORDERS_STACK: stack().name });
    const empty = await run(["list", "--stack", ""], {
      ORDERS_STACK: "",
      ORDERS_FOLDER: join(tmpdir(), "none", "local"),
    });

    expect(named).to.include({ errors: "", exitCode: 0 });
    expect(JSON.parse(named.output).orders).to.have.lengthOf(1);
    expect(inherited.output).to.include(orderId);
    expect(empty.errors, "an empty name is none").to.match(/^The stack local is not running: /);
  });

  /** The environment of somebody who is logged in to the stack's state backend, but not to AWS. */
  const withoutCredentials = () => {
    const { directory = "", awsClient } = stack();
    const empty = join(directory, "home"); // without local stacks and AWS profiles
    return {
      TMPDIR: empty,
      HOME: empty,
      PULUMI_BACKEND_URL: pathToFileURL(join(directory, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "",
      AWS_ENDPOINT_URL: awsClient.endpoint ?? "",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
    };
  };
  const operator = () => ({ ...withoutCredentials(), AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });

  it("finds other stacks through the Pulumi CLI that the operator is logged in to", async () => {
    const listed = await run(["list", "--json", "--stack", stack().name], operator());
    const stuck = await run(["stuck", "--stack", stack().name], operator());
    const missing = await run(["list", "--stack", "none"], operator());

    expect(listed).to.include({ errors: "", exitCode: 0 });
    expect(JSON.parse(listed.output)).to.have.property("count", 1);
    expect(stuck).to.include({ output: "No order is stuck.\n", errors: "", exitCode: 0 });
    expect(missing.errors).to.equal(
      `There is no stack none. On this machine: none. In the state that Pulumi is logged in to: ${stack().name}.\n`,
    );
    expect(missing).to.include({ output: "", exitCode: 1 });
  });

  it("advises an operator without AWS credentials to log in", async () => {
    const { output, errors, exitCode } = await run(["doctor", "--stack", stack().name], withoutCredentials());

    expect(errors).to.equal("");
    expect(exitCode).to.equal(1);
    expect(output)
      .to.match(/^✔ {2}back-office API /m)
      .and.to.match(
        /^✖ {2}credentials +AWS doesn't accept your credentials: .* Log in, for example with "aws sso login"\.$/m,
      )
      .and.to.match(/^✖ {2}stuck orders +AWS doesn't accept your credentials/m);
  });

  it("explains that no local stack is running", async () => {
    const result = await run(["list"], { ORDERS_FOLDER: join(stack().directory ?? "", "none") });

    expect(result).to.include({ output: "", exitCode: 1 });
    expect(result.errors).to.match(
      /^The stack local is not running: run "\.\/orders up", or name another one with --stack\./,
    );
    expect(result.errors, "names those there are").to.include(stack().name);
  });

  it("shows its help, and suggests a verb for a misspelt one", async () => {
    const help = await run(["--help"]);
    const nothing = await run([]);
    const typo = await run(["lits"]);

    expect(help).to.include({ errors: "", exitCode: 0 });
    expect(nothing).to.deep.equal({ output: "", errors: help.output, exitCode: 2 });
    expect(typo.errors).to.match(/^Unknown command 'lits'\n\(Did you mean list\?\)\n/);
    expect(typo.exitCode).to.equal(2);
    for (const code of Object.values(EXIT)) expect(help.output).to.match(new RegExp(`^  ${code} {2,}\\S`, "m"));
  });

  it("prints everything, even if it is more than a pipe holds", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `MUG-${index},Mug,5,1\n`);
    // Node's own pipes to its children are sockets, which hold more.
    const command = `"${process.execPath}" cli/main.ts products import - --dry-run --stack ${stack().name} | cat`;

    const child = spawn("sh", ["-c", command], { cwd: root });
    child.stdin.end(`productId,name,price,stock\n${lines.join("")}`);

    const output = await text(child.stdout);
    expect(output.length).to.be.above(2 ** 18);
    expect(output).to.match(/MUG-19999 .*\n\n20000 products new, .* dry run\.\n$/);
  });

  it("prints no error if the reader of its output closes the pipe", async () => {
    const command = `"${process.execPath}" cli/main.ts list --stack ${stack().name} | true`;

    const child = spawn("sh", ["-c", command], { cwd: root });

    expect(await text(child.stderr)).to.equal("");
  });

  it("is one program, from any folder, through links, in folders with any name", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orders # of mine "));
    symlinkSync(root, join(folder, "the checkout"));
    symlinkSync(join("the checkout", "orders"), join(folder, "link"));
    symlinkSync("link", join(folder, "orders"));
    const launch = async (program: string, cwd: string) => {
      const { stdout } = await promisify(execFile)(program, ["--version"], { cwd });
      return stdout;
    };
    const { version, bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

    const versions = await Promise.all([
      launch("./orders", root),
      launch(join(root, "orders"), "/"),
      launch("./orders", folder),
      launch(join(folder, "the checkout", "orders"), folder),
    ]);
    rmSync(folder, { recursive: true });

    expect(versions).to.deep.equal(versions.map(() => `${version}\n`));
    expect(bin).to.deep.equal({ orders: "orders" });
  });

  it("says in a sentence that Node.js can't run from its folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orders-back\\slash-"));
    copyFileSync(join(root, "orders"), join(folder, "orders"));

    const { stderr, code } = await promisify(execFile)(join(folder, "orders"), ["--version"]).catch((error) => error);
    rmSync(folder, { recursive: true });

    expect(stderr).to.equal(
      `Node.js can't run from a folder with a backslash in its name: move ${folder} elsewhere.\n`,
    );
    expect(code).to.equal(1);
  });

  it("says in a sentence that Node.js is missing, or too old to install what is needed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orders-launcher-"));
    copyFileSync(join(root, "orders"), join(folder, "orders"));
    const launch = () =>
      promisify(execFile)("/bin/sh", [join(folder, "orders")], { env: { PATH: join(folder, "bin") } }).catch(
        (error) => error,
      );

    const without = await launch();
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "node"), '#!/bin/sh\n[ "$1" = --version ] && echo v18.2.0 || exit 1\n');
    chmodSync(join(folder, "bin", "node"), 0o755);
    const old = await launch();
    rmSync(folder, { recursive: true });

    expect(without.stderr).to.equal("Node.js is missing: install Node.js 20 or newer, with npm.\n");
    expect(old.stderr).to.equal("Node.js v18.2.0 is too old: install Node.js 20 or newer.\n");
    expect([without.code, old.code]).to.deep.equal([1, 1]);
  });
});
