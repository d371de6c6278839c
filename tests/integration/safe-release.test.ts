import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { Lambda } from "@aws-sdk/client-lambda";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { BundledFunction } from "../../components/bundled-function.ts";
import { OrderApi } from "../../components/order-api.ts";
import { OrderStore } from "../../components/order-store.ts";
import { SafeRelease } from "../../components/safe-release.ts";
import { rollBack, takeSnapshot } from "../../delivery/release/rollback.ts";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine, type StackEngine } from "../../local/engine/engine.ts";
import { emulatorClient } from "../../stacks/record.ts";
import type { AwsClientOptions } from "../../stacks/stack.ts";
import { target } from "../support/stack.ts";

/** The emulator has versions and aliases, but no CodeDeploy: the tests move the alias themselves. */
describe("A function with safe releases", () => {
  let folder: string;
  let emulator: Emulator;
  let engine: StackEngine;
  let client: AwsClientOptions;
  let lambda: Lambda;
  let outputs: OutputMap;
  /** Of the current deployment. */
  let variation: Variation = {};

  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-release-"));
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    client = emulatorClient({ region: "us-east-1" }, emulator.endpoint);
    lambda = new Lambda(client);
    await writeHandler("one");
    const program = async () => shop(join(folder, "answer.ts"), variation);
    engine = await openEngine({
      name: "release",
      directory: folder,
      endpoint: emulator.endpoint,
      ephemeral: true,
      program,
    });
    ({ outputs } = await engine.up());
  });
  after(async () => {
    await emulator?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("starts with its first version behind the alias", async () => {
    expect(await request()).to.equal("one");
    expect(await liveVersion()).to.equal("1");
  });

  it("serves the old version after a deployment, until the alias moves", async () => {
    await writeHandler("two");
    const { changes } = await engine.up();
    const deployed = await request();
    await takeSnapshot(lambda, [name()], "live");
    await lambda.updateAlias({ FunctionName: name(), Name: "live", FunctionVersion: "2" });

    const released = await request();

    expect(changes).to.include({ update: 1 });
    expect([deployed, released]).to.deep.equal(["one", "two"]);
  });

  it("keeps the released version when it is deployed or refreshed", async () => {
    const again = await engine.up();
    const refreshed = await engine.refresh();
    await writeHandler("three");
    await engine.up();

    expect(Object.keys(again.changes)).to.deep.equal(["same"]);
    expect(refreshed.changes).to.not.have.any.keys("delete", "create");
    expect(await liveVersion()).to.equal("2");
    expect(await request()).to.equal("two");
  });

  it("rolls back immediately to the version before the release", async () => {
    const rollbacks = await rollBack(lambda, [name()], "live");

    expect(rollbacks).to.deep.equal([{ name: name(), from: "2", to: "1" }]);
    expect(await request()).to.equal("one");
    expect(await rollBack(lambda, [name()], "live")).to.deep.equal([]);
  });

  it("has a protected table that neither a preview nor a deployment can replace", async () => {
    variation = { replacedTable: true };
    const planned = await engine.preview().catch((error) => error);
    const deployed = await engine.up().catch((error) => error);
    variation = {};

    for (const { message } of [planned, deployed])
      expect(message).to.match(/unable to replace resource .*orders-table.*protect/s);
    expect(Object.keys((await engine.preview()).changes)).to.deep.equal(["same"]);
  });

  it("can be previewed with CodeDeploy, which the local provider refuses to create, with advice", async () => {
    variation = { codeDeploy: true };
    const { changes } = await engine.preview();
    const failure = await engine.up().catch((error) => error);

    expect(changes).to.include({ create: 6 });
    expect(failure.message).to.match(
      /Could not create aws:codedeploy\/application:Application "release-application": the emulator has no CodeDeploy: set safeRelease to false to deploy to it\./,
    );
  });

  it("keeps the table when the stack is destroyed", async () => {
    const destroyed = await engine.destroy().catch((error) => error);

    expect(destroyed.message).to.match(/orders-table.*protect/s);
    const { TableNames } = await new DynamoDB(client).listTables();
    expect(TableNames).to.have.lengthOf(1);
  });

  function writeHandler(body: string): Promise<void> {
    const handler = `export const handler = async () => ({ statusCode: 200, body: JSON.stringify("${body}") });`;
    return writeFile(join(folder, "answer.ts"), handler);
  }

  async function request(): Promise<unknown> {
    const headers = { "x-api-key": outputs.key?.value };
    return (await fetch(`${outputs.url?.value}/products`, { headers })).json();
  }

  async function liveVersion(): Promise<string | undefined> {
    return (await lambda.getAlias({ FunctionName: name(), Name: "live" })).FunctionVersion;
  }

  function name(): string {
    return outputs.name?.value;
  }
});

/** How a deployment differs from the first one. */
interface Variation {
  /** Gives the table another key, which requires a replacement. */
  replacedTable?: boolean;
  /** Adds CodeDeploy. */
  codeDeploy?: boolean;
}

/** A storefront with one function for all routes, and a protected table. */
function shop(entry: string, { replacedTable, codeDeploy }: Variation) {
  const otherKey: pulumi.ResourceTransform = ({ type, props, opts }) =>
    type === "aws:dynamodb/table:Table" ? { props: { ...props, rangeKey: "other" }, opts } : undefined;
  new OrderStore("orders", { deletionProtection: true }, { transforms: replacedTable ? [otherKey] : [] });
  const fn = new BundledFunction("answer", { entry, safeRelease: true, logRetentionDays: 7 });
  const { url, key } = new OrderApi("storefront", {
    audience: "storefront",
    handlers: { placeOrder: fn, getOrder: fn, cancelOrder: fn, payOrder: fn, listProducts: fn, getProduct: fn },
    ...{ throttleRate: 500, throttleBurst: 1_000, logRetentionDays: 7 },
  });
  if (codeDeploy) {
    const metric = { namespace: "AWS/Lambda", metricName: "Errors", statistic: "Sum", period: 60 };
    const alarm = new cloudwatch.MetricAlarm("alarm", {
      ...metric,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      threshold: 0,
    });
    new SafeRelease("release", { functions: [fn], alarms: [alarm] });
  }
  return { url, key, name: fn.name };
}
