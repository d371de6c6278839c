import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { APIGatewayClient, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DeleteTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine, type StackEngine } from "../../local/engine/engine.ts";
import { copyProgram } from "../../stacks/program-copy.ts";
import { emulatorClient } from "../../stacks/record.ts";
import { target } from "../support/stack.ts";

describe("The engine", () => {
  let folder: string;
  let emulator: Emulator;
  let engine: StackEngine;

  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-engine-"));
    copyProgram(join(folder, "program"));
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    engine = await open("engine", "stack");
    await engine.up();
  });
  after(async () => {
    await emulator?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("changes nothing in a second deployment", async () => {
    const { changes } = await engine.up();

    expect(Object.keys(changes)).to.deep.equal(["same"]);
  });

  it("updates only the function whose handler changed", async () => {
    appendFileSync(join(folder, "program", "handlers", "get-order.ts"), "\nprocess.title = 'changed';\n");
    const touched = new Set<string>();

    const { changes } = await engine.up({ onEvent: collectChanged(touched) });

    expect([...touched]).to.deep.equal(["get-order-function"]);
    expect(changes.update).to.equal(1);
    expect(Object.keys(changes)).to.have.members(["same", "update"]);
  });

  it("detects by refresh that a table was deleted, and creates it again", async () => {
    const dynamodb = new DynamoDBClient(client());
    const { TableNames: [table] = [] } = await dynamodb.send(new ListTablesCommand());
    await dynamodb.send(new DeleteTableCommand({ TableName: table }));

    const refreshed = await engine.refresh();
    const { changes } = await engine.up();

    expect(refreshed.changes.delete).to.equal(1);
    expect(changes.create).to.equal(1);
    expect((await dynamodb.send(new ListTablesCommand())).TableNames).to.have.lengthOf(1);
  });

  it("previews without touching the emulator", async () => {
    const undeployed = await open("undeployed", "undeployed");
    const before = await inventory();

    const { changes } = await undeployed.preview();

    expect(changes.create).to.be.at.least(50);
    expect(await inventory()).to.deep.equal(before);
  });

  it("deploys two stacks concurrently, and destroys one without affecting the other", async () => {
    const [one, two] = await Promise.all([open("one", "one"), open("two", "two")]);
    const before = await inventory();
    const [first, second] = await Promise.all([one.up(), two.up()]);

    await two.destroy();

    expect(first.outputs.ordersTable?.value).to.not.equal(second.outputs.ordersTable?.value);
    const health = await fetch(`${first.outputs.apiUrl?.value}/health`);
    expect(health.status).to.equal(200);
    await one.destroy();
    expect(await inventory()).to.deep.equal(before);
  });

  it("leaves nothing behind when it destroys a stack", async () => {
    await engine.destroy();

    expect(await inventory()).to.deep.equal({ apis: [], functions: [], logGroups: [], roles: [], tables: [] });
  });

  it("refuses an endpoint that is not on this machine", async () => {
    const directory = join(folder, "elsewhere");

    const error = await openEngine({ name: "elsewhere", directory, endpoint: "http://192.0.2.1:4566" }).catch((e) => e);

    expect(error).to.be.instanceOf(Error);
    expect(error.message).to.match(/192\.0\.2\.1/);
  });

  async function open(name: string, directory: string): Promise<StackEngine> {
    const { default: program } = await import(pathToFileURL(join(folder, "program", "index.ts")).href);
    const { endpoint } = emulator;
    return openEngine({ name, directory: join(folder, directory), endpoint, ephemeral: true, program });
  }

  function client() {
    return emulatorClient({ region: "us-east-1" }, emulator.endpoint);
  }

  /** The names of the emulator's resources. */
  async function inventory() {
    const [tables, functions, roles, apis, logs] = await Promise.all([
      new DynamoDBClient(client()).send(new ListTablesCommand()),
      new LambdaClient(client()).send(new ListFunctionsCommand()),
      new IAMClient(client()).send(new ListRolesCommand()),
      new APIGatewayClient(client()).send(new GetRestApisCommand()),
      new CloudWatchLogsClient(client()).send(new DescribeLogGroupsCommand()),
    ]);
    return {
      apis: apis.items?.map(({ name }) => name).sort() ?? [],
      functions: functions.Functions?.map(({ FunctionName }) => FunctionName).sort() ?? [],
      logGroups: logs.logGroups?.map(({ logGroupName }) => logGroupName).sort() ?? [],
      roles: roles.Roles?.map(({ RoleName }) => RoleName).sort() ?? [],
      tables: tables.TableNames?.toSorted() ?? [],
    };
  }
});

function collectChanged(names: Set<string>): (event: EngineEvent) => void {
  return ({ resourcePreEvent }) => {
    if (!resourcePreEvent || resourcePreEvent.metadata.op === "same") return;
    names.add(resourcePreEvent.metadata.urn.split("::").at(-1) ?? "");
  };
}
