import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

const CONFIG = { ...configDefaults(), cursorSecret: "0123456789abcdef0123456789abcdef" };

describe("The queues", () => {
  let resources: RegisteredResource[];
  const find = (name: string) => resources.find((resource) => resource.name === name)?.inputs ?? {};
  const arn = (name: string) => `arn:aws:test:us-east-1:000000000000:${name}`;
  /** @returns The error, if there is one. */
  const deploy = (config: Record<string, string>): Promise<string> =>
    register(program, { ...CONFIG, ...config }).then(
      () => "",
      ({ message }) => message,
    );
  beforeEach(async () => {
    resources = await register(program, { ...CONFIG, queueConcurrency: "7" });
  });

  it("are all encrypted", () => {
    const queues = resources.filter(({ type }) => type === "aws:sqs/queue:Queue");

    expect(queues).to.have.lengthOf(7);
    for (const { name, inputs } of queues) expect(inputs.sqsManagedSseEnabled, name).to.equal(true);
  });

  it("deny requests without TLS, and accept events from the topic only", () => {
    const policies = resources.filter(({ type }) => type === "aws:sqs/queuePolicy:QueuePolicy");

    expect(policies).to.have.lengthOf(7);
    for (const { name, inputs } of policies) {
      const statements = JSON.parse(inputs.policy as string).Statement;
      expect(statements[0], name).to.deep.include({
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
      for (const { Effect, Principal, Action, Condition } of statements.slice(1)) {
        expect({ Effect, Principal, Action }).to.deep.equal({
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
        });
        expect(Condition).to.deep.equal({ ArnEquals: { "aws:SourceArn": arn("notifications-order-events") } });
      }
    }
  });

  it("keep messages for 14 days, as a backlog may have to wait", () => {
    for (const name of ["order-queue-messages", "fulfilment-payments-messages", "notifications-customers-messages"])
      expect(find(name).messageRetentionSeconds, name).to.equal(14 * 24 * 3_600);
  });

  it("have a visibility timeout of six times the consumer's time-out, and redrive after five deliveries", () => {
    const queue = find("order-queue-messages");
    const fn = find("order-start-fulfilment-function");

    expect(queue.visibilityTimeoutSeconds).to.equal(6 * (fn.timeout as number));
    expect(queue.receiveWaitTimeSeconds).to.equal(20);
    expect(JSON.parse(queue.redrivePolicy as string)).to.deep.equal({
      deadLetterTargetArn: arn("order-queue-dead-letters"),
      maxReceiveCount: 5,
    });
    expect(JSON.parse(find("order-queue-redrive").redriveAllowPolicy as string)).to.deep.equal({
      redrivePermission: "byQueue",
      sourceQueueArns: [arn("order-queue-messages")],
    });
  });

  it("deliver batches with partial failures, at the configured concurrency", () => {
    expect(find("order-queue-delivery")).to.deep.include({
      eventSourceArn: arn("order-queue-messages"),
      functionName: arn("order-start-fulfilment-function"),
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 7 },
    });
  });

  describe("of customers' messages, by mailRatePerSecond", () => {
    for (const [rate, concurrency, intervalMs, timeout] of [
      [1, 2, 2_000, 53],
      [14, 2, 143, 35],
      [140, 14, 100, 34],
    ] as const) {
      it(`give each email of ${concurrency} concurrent batches ${intervalMs} ms, for ${rate} a second`, async () => {
        resources = await register(program, { ...CONFIG, mailRatePerSecond: String(rate) });

        const fn = find("notifications-notify-customer-function");
        expect((1_000 * concurrency) / intervalMs).to.be.at.most(rate);
        expect(find("notifications-customers-delivery").scalingConfig).to.deep.equal({
          maximumConcurrency: concurrency,
        });
        expect(fn.environment).to.have.nested.property("variables.MESSAGE_INTERVAL_MS", String(intervalMs));
        expect(fn.timeout).to.equal(timeout);
        expect(find("notifications-customers-messages").visibilityTimeoutSeconds).to.equal(6 * timeout);
      });
    }

    it("reject a rate of none", async () => {
      const message = await deploy({ mailRatePerSecond: "0" });

      expect(message).to.equal(
        'Notifications "notifications": mailRatePerSecond must be a whole number, 1 to 1,000, but is 0.',
      );
    });
  });

  it("subscribe to their own types of events, with raw message delivery", () => {
    const subscription = find("order-queue-subscription");

    expect(subscription).to.deep.include({ protocol: "sqs", rawMessageDelivery: true });
    expect(JSON.parse(subscription.filterPolicy as string)).to.deep.equal({
      type: ["OrderPlaced", "OrderCancelRequested"],
    });
    expect(JSON.parse(find("fulfilment-payments-subscription").filterPolicy as string)).to.deep.equal({
      type: ["OrderRefundRequested"],
    });
  });

  it("have dead-letter queues for events that SNS can't deliver", () => {
    const subscription = find("order-queue-subscription");
    const [, fromTopic] = JSON.parse(find("order-queue-dead-letters-policy").policy as string).Statement;

    const { deadLetterTargetArn } = JSON.parse(subscription.redrivePolicy as string);
    expect(deadLetterTargetArn).to.equal(arn("order-queue-dead-letters"));
    expect(fromTopic).to.deep.include({ Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetterTargetArn });
  });

  it("are fed from the table's stream, with a queue for records that can't be published", () => {
    const mapping = find("notifications-stream");

    expect(mapping).to.deep.include({
      startingPosition: "TRIM_HORIZON",
      bisectBatchOnFunctionError: true,
      destinationConfig: { onFailure: { destinationArn: arn("notifications-unpublished") } },
    });
  });

  it("let a function send text messages, but publish to no topic", () => {
    const policy = JSON.parse(find("notifications-notify-customer-policy").policy as string);

    const publishing = policy.Statement.filter(({ Action }: { Action: string[] }) => Action.includes("sns:Publish"));
    expect(publishing).to.deep.equal([
      { Effect: "Allow", Action: ["sns:Publish"], Resource: ["*"] },
      { Effect: "Deny", Action: ["sns:Publish"], Resource: ["arn:*:sns:*:*:*"] },
    ]);
  });
});
