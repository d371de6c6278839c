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

/** What only a process of its own shows; what the verbs do is tested beside this. */
describe("The operators' command, as a process", function () {
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

  it("finds a stack of this machine by its name, also in ORDERS_STACK", async () => {
    const orderId = await placeOrder(stack().storefront);

    const named = await run(["list", "--json", "--stack", stack().name]);
    const inherited = await run(["list"], { ORDERS_STACK: stack().name });

    expect(named).to.include({ errors: "", exitCode: 0 });
    expect(JSON.parse(named.output).orders).to.have.lengthOf(1);
    expect(inherited.output).to.include(orderId);
  });

  /** The environment of somebody who is logged in to the stack's state, but not to AWS. */
  const stranger = () => {
    const { directory = "", awsClient } = stack();
    const nowhere = join(directory, "home"); // no stack of this machine is found there, and no profile of AWS
    return {
      TMPDIR: nowhere,
      HOME: nowhere,
      PULUMI_BACKEND_URL: pathToFileURL(join(directory, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "",
      AWS_ENDPOINT_URL: awsClient.endpoint ?? "",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
    };
  };
  const operator = () => ({ ...stranger(), AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });

  it("finds a stack beyond this machine by the Pulumi CLI, as its operator is logged in", async () => {
    const listed = await run(["list", "--json", "--stack", stack().name], operator());
    const stuck = await run(["stuck", "--stack", stack().name], operator());
    const missing = await run(["list", "--stack", "none"], operator());

    expect(listed).to.include({ errors: "", exitCode: 0 });
    expect(JSON.parse(listed.output)).to.have.property("count", 1);
    expect(stuck).to.include({ output: "No order is stuck.\n", errors: "", exitCode: 0 });
    expect(missing.errors).to.match(/^The outputs of the stack none can't be read: .*no stack named 'none' found/);
    expect(missing).to.include({ output: "", exitCode: 1 });
  });

  it("tells who is not logged in to AWS what to do", async () => {
    const { output, errors, exitCode } = await run(["doctor", "--stack", stack().name], stranger());

    expect(errors).to.equal("");
    expect(exitCode).to.equal(1);
    expect(output)
      .to.match(/^✔ {2}back-office API /m)
      .and.to.match(
        /^✖ {2}credentials +AWS doesn't accept your credentials: .* Log in, for example with "aws sso login"\.$/m,
      )
      .and.to.match(/^✖ {2}stuck orders +AWS doesn't accept your credentials/m);
  });

  it("says in a sentence that nothing runs here", async () => {
    const nowhere = await run(["list"], { ORDERS_FOLDER: join(stack().directory ?? "", "none") });

    const errors = 'The stack local is not running: run "./orders up", or name another one with --stack.\n';
    expect(nowhere).to.deep.equal({ output: "", errors, exitCode: 1 });
  });

  it("shows its help, and asks for what is missing", async () => {
    const help = await run(["--help"]);
    const nothing = await run([]);
    const typo = await run(["lits"]);

    expect(help).to.include({ errors: "", exitCode: 0 });
    expect(nothing).to.deep.equal({ output: "", errors: help.output, exitCode: 2 });
    expect(typo.errors).to.match(/^Unknown command 'lits'\n\(Did you mean list\?\)\n/);
    expect(typo.exitCode).to.equal(2);
    for (const code of Object.values(EXIT)) expect(help.output).to.match(new RegExp(`^  ${code} {2,}\\S`, "m"));
  });

  it("is silent when its reader goes away", async () => {
    const command = `"${process.execPath}" cli/orders.ts list --stack ${stack().name} | true`;

    const child = spawn("sh", ["-c", command], { cwd: root });

    expect(await text(child.stderr)).to.equal("");
  });

  it("is a program that npx can start", () => {
    expect(statSync(join(root, "cli", "orders.ts")).mode & 0o111).to.equal(0o111);
  });
});
