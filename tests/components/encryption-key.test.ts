import { expect } from "chai";
import { before, describe, it } from "mocha";
import { EncryptionKey } from "../../components/encryption-key.ts";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

/** Includes every resource that can be encrypted. */
const CONFIG = {
  ...configDefaults(),
  cursorSecret: "0123456789abcdef0123456789abcdef",
  paymentGateway: "stripe",
  stripeSecretKey: "sk_test_1",
  stripePublishableKey: "pk_test_1",
  stripeWebhookSecret: "whsec_1",
};
const KEY_ARN = "arn:aws:test:us-east-1:000000000000:encryption-key";

/** The input with the key's ARN, by type. */
const ENCRYPTED: Record<string, (inputs: RegisteredResource["inputs"]) => unknown> = {
  "aws:cloudwatch/logGroup:LogGroup": ({ kmsKeyId }) => kmsKeyId,
  "aws:dynamodb/table:Table": ({ serverSideEncryption }) => (serverSideEncryption as { kmsKeyArn?: string }).kmsKeyArn,
  "aws:lambda/function:Function": ({ kmsKeyArn }) => kmsKeyArn,
  "aws:secretsmanager/secret:Secret": ({ kmsKeyId }) => kmsKeyId,
  "aws:sns/topic:Topic": ({ kmsMasterKeyId }) => kmsMasterKeyId,
  "aws:sqs/queue:Queue": ({ kmsMasterKeyId }) => kmsMasterKeyId,
};

const READ = ["kms:Decrypt"];
const WRITE = ["kms:Decrypt", "kms:GenerateDataKey"];

/** What each function may do with the key, by the service that does it on its behalf. */
const KEY_ACTIONS: Record<string, Record<string, string[]>> = {
  "create-order": { dynamodb: READ, secretsmanager: READ },
  "get-order": { dynamodb: READ, secretsmanager: READ },
  "pay-order": { dynamodb: READ, secretsmanager: READ },
  "list-orders": { dynamodb: READ, secretsmanager: READ },
  "list-products": { dynamodb: READ, secretsmanager: READ },
  "put-product": { dynamodb: READ },
  "book-stock": { dynamodb: READ, secretsmanager: READ },
  "update-order-status": { dynamodb: READ },
  "cancel-order": { dynamodb: READ, secretsmanager: READ },
  "refund-order": { dynamodb: READ },
  "fulfilment-begin-order": { dynamodb: READ },
  "fulfilment-reserve-stock": { dynamodb: READ },
  "fulfilment-process-payments": { dynamodb: READ, secretsmanager: READ, sqs: WRITE },
  "fulfilment-complete-order": { dynamodb: READ },
  "fulfilment-release-stock": { dynamodb: READ },
  "fulfilment-end-order": { dynamodb: READ },
  // Reads the stream, publishes to the topic, and sends what it can't publish to a queue.
  "notifications-publish-events": { dynamodb: READ, sns: WRITE, sqs: WRITE },
  // Its text messages go to phones, not to a topic.
  "notifications-notify-customer": { dynamodb: READ, secretsmanager: READ, sqs: WRITE },
  // Never touches the table.
  "order-start-fulfilment": { sqs: WRITE },
  "sweeper-sweep-orders": { dynamodb: READ },
  "webhooks-receive-webhook": { secretsmanager: READ, sqs: WRITE },
  "webhooks-process-webhooks": { dynamodb: READ, secretsmanager: READ, sqs: WRITE },
  "reconciliation-reconcile-payments": { dynamodb: READ, secretsmanager: READ },
};

interface Statement {
  Effect: string;
  Action: string[];
  Resource: string[];
  Condition?: { StringEquals: { "kms:ViaService": string } };
}

describe("EncryptionKey", () => {
  let encrypted: RegisteredResource[];
  let plain: RegisteredResource[];
  before(async () => {
    encrypted = await register(program, { ...CONFIG, customerManagedKey: "true" });
    plain = await register(program, CONFIG);
  });

  it("is a key with an alias, yearly rotation, and the longest deletion window", async () => {
    const resources = await register(() => new EncryptionKey("encryption", { tags: { stage: "test" } }));

    const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
    expect(inputs("encryption-key")).to.deep.include({
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { stage: "test" },
    });
    expect(inputs("encryption-alias")).to.deep.include({ name: "alias/orders-test" });
  });

  it("may be used as IAM policies allow, and by logs, alarms and topics of the stage", () => {
    const policy = JSON.parse(find(encrypted, "encryption-key").policy as string);

    const service = (name: string, Action: string[], Condition: object) => ({
      Effect: "Allow",
      Principal: { Service: `${name}.amazonaws.com` },
      Action,
      Resource: "*",
      Condition: { ArnEquals: Condition },
    });
    const logGroup = "arn:aws:logs:us-east-1:000000000000:log-group:";
    const logGroups = [
      ...[
        "/orders/test/*",
        "/aws/vendedlogs/orders/test/*",
        "aws-waf-logs-orders-test",
        "API-Gateway-Execution-Logs_*",
      ],
    ].map((name) => logGroup + name);
    expect(policy.Statement.map(({ Sid: _, ...statement }: { Sid: string }) => statement)).to.deep.equal([
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "kms:*", Resource: "*" },
      service(
        "logs.us-east-1",
        [
          ...["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
          ...["kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"],
        ],
        { "kms:EncryptionContext:aws:logs:arn": logGroups },
      ),
      service("cloudwatch", ["kms:Decrypt", "kms:GenerateDataKey"], {
        "aws:SourceArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:orders-test-*",
      }),
      service("sns", ["kms:Decrypt", "kms:GenerateDataKey"], {
        "aws:SourceArn": "arn:aws:sns:us-east-1:000000000000:*",
      }),
    ]);
  });

  it("has a policy that covers all log groups and alarms", () => {
    const names = (type: string) =>
      encrypted.filter((resource) => resource.type === type).map(({ inputs }) => inputs.name);

    for (const name of names("aws:cloudwatch/logGroup:LogGroup"))
      expect(name).to.match(
        /^(\/orders\/test\/|\/aws\/vendedlogs\/orders\/test\/|API-Gateway-Execution-Logs_|aws-waf-logs-orders-test$)/,
      );
    for (const name of names("aws:cloudwatch/metricAlarm:MetricAlarm")) expect(name).to.match(/^orders-test-/);
  });

  for (const [type, keyOf] of Object.entries(ENCRYPTED)) {
    it(`encrypts every ${type.split(":").at(-1)}`, () => {
      const stored = encrypted.filter((resource) => resource.type === type);

      expect(stored).to.not.be.empty;
      for (const { name, inputs } of stored) expect(keyOf(inputs), name).to.equal(KEY_ARN);
    });
  }

  it("replaces the key managed by SQS", () => {
    for (const { name, inputs } of encrypted.filter(({ type }) => type === "aws:sqs/queue:Queue"))
      expect(inputs, name).to.not.have.property("sqsManagedSseEnabled");
  });

  it("is usable by each function only for its own grants, through the services concerned", () => {
    const functions = encrypted.filter(({ type }) => type === "orders:index:BundledFunction");

    const actions = functions.map(({ name }) => [name, keyActions(statements(encrypted, name))]);
    expect(Object.fromEntries(actions)).to.deep.equal(KEY_ACTIONS);
  });

  it("changes no other statement of any function's policy", () => {
    for (const name of Object.keys(KEY_ACTIONS)) {
      const others = statements(encrypted, name).filter((statement) => !isAboutKeys(statement));
      expect(others, name).to.deep.equal(statements(plain, name));
    }
  });

  it("is not used by default", () => {
    expect(JSON.stringify(plain)).to.not.match(/kms/i);
  });
});

function find(resources: RegisteredResource[], name: string): RegisteredResource["inputs"] {
  return resources.find((resource) => resource.name === name)?.inputs ?? {};
}

function statements(resources: RegisteredResource[], fn: string): Statement[] {
  return JSON.parse(find(resources, `${fn}-policy`).policy as string).Statement;
}

function isAboutKeys({ Action }: Statement): boolean {
  return Action.some((action) => action.startsWith("kms:"));
}

/** The actions on the key by service. Fails for any other statement about keys. */
function keyActions(all: Statement[]): Record<string, string[]> {
  const about = all.filter(isAboutKeys).map(({ Effect, Action, Resource, Condition }) => {
    expect({ Effect, Resource }).to.deep.equal({ Effect: "Allow", Resource: [KEY_ARN] });
    const [, service = ""] =
      /^(\w+)\.us-east-1\.amazonaws\.com$/.exec(Condition?.StringEquals["kms:ViaService"] ?? "") ?? [];
    return [service, [...Action].sort()];
  });
  return Object.fromEntries(about);
}
