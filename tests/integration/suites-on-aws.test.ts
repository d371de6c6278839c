import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { target } from "../support/stack.ts";
import { type AwsMachine, openAwsMachine } from "./aws-machine.ts";

describe("A suite with ORDERS_TARGET=aws", function () {
  this.slow(60_000);
  let machine: AwsMachine;

  before("set up a machine", async function () {
    if (target === "aws") this.skip();
    machine = await openAwsMachine();
  });
  after(() => machine?.close());

  it("gets a stack in the account, changes its secrets, and leaves nothing", async () => {
    const output = await machine.run("cli/main.ts", ["test", "tests/integration/rotation.test.ts"], {
      ORDERS_TARGET: "aws",
    });

    expect(output).to.match(/^[1-9]\d* passed, 0 failed$/m);
    expect((await new DynamoDBClient(machine.awsClient).send(new ListTablesCommand())).TableNames).to.deep.equal([]);
  });
});
