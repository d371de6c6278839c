import { randomInt } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { SFN } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { PreviewReport } from "../../delivery/preview/report.ts";
import { target } from "../support/stack.ts";
import { type AwsMachine, openAwsMachine } from "./aws-machine.ts";

describe("./orders preview --target aws", function () {
  this.slow(60_000);
  const number = String(randomInt(10 ** 8, 10 ** 9));
  let machine: AwsMachine;

  before("set up a machine", async function () {
    if (target === "aws") this.skip();
    machine = await openAwsMachine({ waitScale: 100 });
  });
  after(() => machine?.close());

  it("creates a stack, updates it from a second machine, and destroys it from a third", async () => {
    const created = await up("1111111");
    const tables = await tablesOfAccount();
    switchMachine();
    const updated = await up("2222222");
    const health = await fetch(`${updated.urls?.storefront}/health`);
    const tablesAfterUpdate = await tablesOfAccount();
    await startWorkflow();
    switchMachine();
    const down = await preview("down");
    const again = await preview("down");

    expect(created).to.include({ stack: `pr-${number}`, target: "aws", commit: "1111111", owner: "ada" });
    expect(created.urls).to.include({ region: "us-east-1" });
    expect(updated).to.include({ commit: "2222222" });
    expect(updated.urls).to.deep.equal(created.urls);
    expect(health.status).to.equal(200);
    expect(tables).to.have.lengthOf(1);
    expect(tablesAfterUpdate).to.deep.equal(tables);
    expect(down).to.match(new RegExp(`\nThe stack pr-${number} is gone\\.\n$`));
    expect(again).to.equal(`There is no stack pr-${number}.\n`);
    expect(await tablesOfAccount()).to.deep.equal([]);
  });

  /** Starts a workflow that runs for hours: its first step fails, as there is no such order. */
  async function startWorkflow(): Promise<void> {
    const sfn = new SFN(machine.awsClient);
    const { stateMachines: [stateMachine] = [] } = await sfn.listStateMachines();
    const input = JSON.stringify({ orderId: "unknown" });
    await sfn.startExecution({ stateMachineArn: stateMachine?.stateMachineArn, input });
  }

  async function up(commit: string): Promise<PreviewReport> {
    await preview("up", "--commit", commit, "--owner", "ada");
    return JSON.parse(readFileSync(join(machine.folder, `pr-${number}`, "report.json"), "utf8"));
  }

  /** Deletes all local files. Only Pulumi's state backend remains. */
  function switchMachine(): void {
    const settings = join(machine.checkout, `Pulumi.pr-${number}.yaml`);
    expect(existsSync(settings)).to.equal(true);
    rmSync(settings);
    for (const known of ["home", `pr-${number}`]) rmSync(join(machine.folder, known), { recursive: true });
  }

  function preview(step: string, ...args: string[]): Promise<string> {
    return machine.run("cli/main.ts", ["preview", step, "--target", "aws", "--number", number, ...args]);
  }

  async function tablesOfAccount() {
    return (await new DynamoDBClient(machine.awsClient).send(new ListTablesCommand())).TableNames;
  }
});
