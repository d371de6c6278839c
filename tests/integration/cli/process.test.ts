import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { EXIT } from "../../../cli/exit-codes.ts";
import { root } from "../../../tools/paths.ts";
import { LAPTOP_STAND, placeOrder, stockCatalogue } from "../../support/orders.ts";
import { useLocalStack } from "../../support/stack.ts";

/** Only what needs a separate process; the tests beside this one cover the verbs. */
describe("orders: as a process", function () {
  this.timeout(60_000);
  const stack = useLocalStack();
  before("stock the catalogue", () => stockCatalogue(stack().backOffice, [LAPTOP_STAND]));

  const run = async (args: string[], environment: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [join(root, "cli", "orders.ts"), ...args], {
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

    expect(named).to.include({ errors: "", exitCode: 0 });
    expect(JSON.parse(named.output).orders).to.have.lengthOf(1);
    expect(inherited.output).to.include(orderId);
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
    expect(missing.errors).to.match(/^The outputs of the stack none can't be read: .*no stack named 'none' found/);
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

    const errors = 'The stack local is not running: run "npm start", or name another one with --stack.\n';
    expect(result).to.deep.equal({ output: "", errors, exitCode: 1 });
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

  it("prints no error if the reader of its output closes the pipe", async () => {
    const command = `"${process.execPath}" cli/orders.ts list --stack ${stack().name} | true`;

    const child = spawn("sh", ["-c", command], { cwd: root });

    expect(await text(child.stderr)).to.equal("");
  });

  it("is executable, as npx requires", () => {
    expect(statSync(join(root, "cli", "orders.ts")).mode & 0o111).to.equal(0o111);
  });
});
