import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Route53 } from "@aws-sdk/client-route-53";
import { SQS } from "@aws-sdk/client-sqs";
import { WAFV2 } from "@aws-sdk/client-wafv2";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../../local/emulator/emulator.ts";
import { openEngine, type StackEngine } from "../../../local/engine/engine.ts";
import { emulatorClient } from "../../../stacks/record.ts";
import { target } from "../../support/stack.ts";
import { requestDistribution } from "../distribution.ts";
import { requestHost } from "../host-request.ts";
import { operations, plain } from "./engine-events.ts";
import { everyType, type Variation } from "./every-type.ts";

describe("The local provider", () => {
  let folder: string;
  let emulator: Emulator;
  let engine: StackEngine;
  /** Of the current deployment. */
  let variation: Variation;
  let outputs: Record<string, string>;

  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-provider-"));
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    const { HostedZone } = await new Route53(client()).createHostedZone({
      Name: "example.com",
      CallerReference: "test",
    });
    variation = { zoneId: HostedZone?.Id?.replace("/hostedzone/", "") ?? "" };
    const program = async () => everyType(variation);
    engine = await openEngine({
      name: "provider",
      directory: folder,
      endpoint: emulator.endpoint,
      ephemeral: true,
      program,
    });
    outputs = plain((await engine.up()).outputs);
  });
  after(async () => {
    await emulator?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("deploys a function behind an API that requires a key and returns problems itself", async () => {
    const greet = (headers = {}, body = '{"name":"Ada"}') =>
      fetch(`${outputs.url}/greetings`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      });

    const [answered, keyless, listed, elsewhere, preflight] = await Promise.all([
      greet(key()),
      greet(),
      greet(key(), "[]"),
      fetch(`${outputs.url}/nowhere`),
      fetch(`${outputs.url}/greetings`, { method: "OPTIONS" }),
    ]);

    expect(await answered.json()).to.deep.equal({ greeting: "Hello, Ada!", variable: "one" });
    expect(keyless.status).to.equal(403);
    expect(listed.status, "the validator's model is an object").to.equal(400);
    expect(elsewhere.status).to.equal(404);
    expect(elsewhere.headers.get("content-type")).to.equal("application/problem+json");
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
  });

  it("marks the values of API keys and secrets as secret", async () => {
    const { apiKey, secret, url } = await engine.outputs();

    expect(apiKey).to.include({ secret: true });
    expect(secret).to.include({ secret: true, value: "hidden" });
    expect(url).to.include({ secret: false });
  });

  it("serves the API below a domain name of its own, at its path", async () => {
    const [mapped, unmapped] = await Promise.all(
      ["/polite/greetings", "/greetings"].map((path) =>
        requestHost(emulator.endpoint, "greetings.example.com", path, {
          method: "POST",
          headers: key(),
          body: '{"name":"Ada"}',
        }),
      ),
    );

    expect(mapped).to.deep.include({ status: 200, body: '{"greeting":"Hello, Ada!","variable":"one"}' });
    expect(unmapped?.status).to.not.equal(200);
  });

  it("finds no changes in a second deployment, nor after a refresh", async () => {
    expect(await deploy(variation)).to.deep.equal([]);
    expect(await refresh()).to.deep.equal([]);
    expect(await deploy(variation)).to.deep.equal([]);
  });

  it("updates only the function whose code changed", async () => {
    expect(await deploy({ ...variation, greeting: "Welcome" })).to.deep.equal(["update function"]);

    const response = await fetch(`${outputs.url}/greetings`, {
      method: "POST",
      headers: key(),
      body: '{"name":"Ada"}',
    });
    expect(await response.json()).to.include({ greeting: "Welcome, Ada!" });
  });

  it("updates in place what AWS can update in place", async () => {
    const operations = await deploy({ ...variation, changed: true });

    expect(operations).to.deep.equal(
      [
        ...["address", "certificate", "domain", "proof"].map((name) => `update ${name}`),
        ...["api", "key", "plan", "settings", "stage"].map((name) => `update ${name}`),
        ...["function", "invoke-config", "mapping", "policy", "role"].map((name) => `update ${name}`),
        ...["logs", "machine", "queue", "queue-policy", "redrive", "rule", "secret"].map((name) => `update ${name}`),
        ...["alarm", "dashboard", "maths-alarm", "query"].map((name) => `update ${name}`),
        ...["access", "bucket", "bucket-policy", "distribution", "expiry", "headers"].map((name) => `update ${name}`),
        ...["hosting", "logging", "object", "origin-access", "ownership"].map((name) => `update ${name}`),
        ...["account", "alias", "alias-of-function", "encryption-key", "web-acl", "web-acl-logging"].map(
          (name) => `update ${name}`,
        ),
        ...["identity", "subscription", "table", "target", "topic", "topic-policy"].map((name) => `update ${name}`),
        "update traces-policy",
      ].sort(),
    );
    expect(await refresh(), "the services have every change").to.deep.equal([]);
    expect(await deploy(variation)).to.deep.equal([]);
  });

  it("serves only the routes of a changed body", async () => {
    const [old, changed] = await Promise.all([
      fetch(`${outputs.url}/greetings`, { method: "POST", headers: key(), body: "{}" }),
      fetch(`${outputs.url}/salutations`, { method: "POST", headers: key(), body: '{"name":"Ada"}' }),
    ]);

    expect(old.status).to.equal(404);
    expect(await changed.json()).to.deep.equal({ greeting: "Welcome, Ada!", variable: "two" });
  });

  it("serves a private bucket's files through a distribution, with its headers", async () => {
    const { siteDomain = "", bucket } = outputs;

    const [home, missing, direct] = await Promise.all([
      requestDistribution(siteDomain, "/", "https"),
      requestDistribution(siteDomain, "/missing.html", "https"),
      fetch(`${emulator.endpoint}/${bucket}/index.html`),
    ]);

    expect(home).to.deep.include({ status: 200, body: "<p>Welcome back" });
    expect(home.headers).to.include({
      "content-type": "text/html",
      "cache-control": "no-cache",
      "x-frame-options": "SAMEORIGIN",
    });
    expect(missing).to.deep.include({ status: 404, body: "<p>Welcome back" });
    expect(direct.status).to.equal(403);
  });

  it("detects manual changes by refresh, and reverts them", async () => {
    const [dynamodb, iam, kms, lambda, sqs, waf] = [
      new DynamoDB(client()),
      new IAM(client()),
      new KMS(client()),
      new Lambda(client()),
      new SQS(client()),
      new WAFV2(client()),
    ];
    const { table = "", role = "", policy = "", function: FunctionName = "", queue = "", key: KeyId } = outputs;
    await Promise.all([
      dynamodb.updateTable({ TableName: table, DeletionProtectionEnabled: true }),
      iam.putRolePolicy({ RoleName: role, PolicyName: policy, PolicyDocument: DENY_ALL }),
      lambda.updateFunctionCode({ FunctionName, ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") }),
      sqs.setQueueAttributes({ QueueUrl: queue, Attributes: { VisibilityTimeout: "1" } }),
      kms.disableKeyRotation({ KeyId }),
      waf.disassociateWebACL({ ResourceArn: outputs.stage }),
    ]);

    const { changes } = await engine.refresh();

    expect(changes).to.include({ update: 5, delete: 1 });
    expect(await deploy(variation)).to.deep.equal([
      "create association",
      ...["encryption-key", "function", "policy", "queue", "table"].map((name) => `update ${name}`),
    ]);
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: queue, AttributeNames: ["VisibilityTimeout"] });
    expect(Attributes?.VisibilityTimeout).to.equal("60");
    const response = await fetch(`${outputs.url}/salutations`, {
      method: "POST",
      headers: key(),
      body: '{"name":"Ada"}',
    });
    expect(response.status).to.equal(200);
  });

  it("replaces what AWS can't update: creates first, unless both would have the same name", async () => {
    const operations = await deploy({ ...variation, replaced: true });

    expect(operations).to.include.members([
      "create-replacement named-table",
      "create-replacement secret-version",
      "create-replacement table",
      "replace table",
    ]);
    expect(operations.indexOf("delete-replaced named-table")).to.be.greaterThan(-1);
    const { Table } = await new DynamoDB(client()).describeTable({ TableName: "named" });
    expect(Table?.KeySchema?.[0]?.AttributeName).to.equal("other");
  });

  it("reports the failed operation, the resource, and the service's error", async () => {
    const error = await deploy({ ...variation, broken: true }).catch((e) => e);

    expect(error).to.be.an("error");
    expect(error.message).to.match(/Could not create aws:iam\/rolePolicy:RolePolicy "lost": NoSuchEntity.*nobody/);
    await deploy({ ...variation, broken: false });
  });

  it("refuses an unknown type and an unknown input", async () => {
    const type = await deploy({ ...variation, unknown: "type" }).catch((e) => e);
    const input = await deploy({ ...variation, unknown: "input" }).catch((e) => e);

    expect(type.message).to.match(/no resource type aws:ecs\/cluster:Cluster.*aws:sqs\/queue:Queue/);
    expect(input.message).to.match(/aws:sqs\/queue:Queue has no input "fifoQueue".*visibilityTimeoutSeconds/);
    variation = { ...variation, unknown: undefined };
  });

  it("destroys resources that are already gone", async () => {
    await new SQS(client()).deleteQueue({ QueueUrl: outputs.queue });
    await new Lambda(client()).deleteFunction({ FunctionName: outputs.function });

    const { changes } = await engine.destroy();

    expect(Object.keys(changes)).to.deep.equal(["delete"]);
    const { TableNames } = await new DynamoDB(client()).listTables();
    const { Roles } = await new IAM(client()).listRoles();
    const { WebACLs } = await new WAFV2(client()).listWebACLs({ Scope: "REGIONAL" });
    const { ResourceRecordSets = [] } = await new Route53(client()).listResourceRecordSets({
      HostedZoneId: variation.zoneId,
    });
    expect([TableNames, Roles, WebACLs]).to.deep.equal([[], [], []]);
    expect(ResourceRecordSets.map(({ Type }) => Type)).to.have.members(["NS", "SOA"]);
    const { KeyMetadata } = await new KMS(client()).describeKey({ KeyId: outputs.key });
    expect(KeyMetadata?.KeyState).to.equal("PendingDeletion");
  });

  /** Deploys a variation. @returns The changes, sorted: operation and logical name. */
  async function deploy(next: Variation): Promise<string[]> {
    variation = next;
    return operations(async (onEvent) => {
      outputs = plain((await engine.up({ onEvent })).outputs);
    });
  }

  async function refresh(): Promise<string[]> {
    return operations((onEvent) => engine.refresh({ onEvent }));
  }

  function key() {
    return { "x-api-key": outputs.apiKey ?? "" };
  }

  function client() {
    return emulatorClient({ region: "us-east-1" }, emulator.endpoint);
  }
});

const DENY_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
});
