import * as sns from "@pulumi/aws/sns/index.js";
import { expect } from "chai";
import { sum } from "es-toolkit";
import { describe, it } from "mocha";
import { OrderStore } from "../../components/order-store.ts";
import { OrderWorkflow, type OrderWorkflowArgs } from "../../components/order-workflow.ts";
import { paceOf } from "../../components/shared/pace.ts";
import { MAX_REQUESTS, RESPONSE_TIMEOUT_MS } from "../../payments/port.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

interface State {
  Type: string;
  Resource?: string;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Retry?: object[];
  Catch?: object[];
  Next?: string;
  Choices?: { StringEquals: string; Next: string }[];
}

/** The one retry policy. */
const RETRY = {
  ErrorEquals: ["States.ALL"],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 12,
  MaxDelaySeconds: 30,
  JitterStrategy: "FULL",
};

/** Before it, for steps that are messages: one that can never succeed isn't sent again. */
const POISON = { ErrorEquals: ["PoisonMessage"], MaxAttempts: 0 };

/** The same for the one that waits for the customer: when their time is over, the workflow goes on. */
const POISON_OR_TIMEOUT = { ErrorEquals: ["PoisonMessage", "States.Timeout"], MaxAttempts: 0 };

/** The longest that `paymentDeadlineMinutes` may be. */
const LONGEST_WAIT_SECONDS = 24 * 3_600;

/** Whether a task is a message whose outcome is waited for. */
function isQueued({ Resource = "" }: State): boolean {
  return Resource.endsWith("sqs:sendMessage.waitForTaskToken");
}

/** The longest that a step waits between its attempts, all in all. */
function waitSeconds(): number {
  const waits = Array.from({ length: RETRY.MaxAttempts }, (_, retry) =>
    Math.min(RETRY.IntervalSeconds * RETRY.BackoffRate ** retry, RETRY.MaxDelaySeconds),
  );
  return waits.reduce((sum, wait) => sum + wait, 0);
}

function deploy(changes: Partial<OrderWorkflowArgs> = {}): Promise<RegisteredResource[]> {
  return register(() => new OrderWorkflow("fulfilment", { ...required(), ...changes }));
}

/** Arguments without a default. */
function required() {
  return { store: new OrderStore("orders"), topic: new sns.Topic("events"), logRetentionDays: 7 };
}

function definitionOf(resources: RegisteredResource[]): { TimeoutSeconds: number; States: Record<string, State> } {
  return JSON.parse(resources.find(({ name }) => name === "fulfilment-machine")?.inputs.definition as string);
}

describe("OrderWorkflow", () => {
  it("has the deployed functions as tasks", async () => {
    const definition = definitionOf(await deploy());

    expect(JSON.stringify(definition)).to.not.include("${");
  });

  it("gives every task a time-out, and the same patience with every error but a poisonous message: minutes, forward or back", async () => {
    const { States } = definitionOf(await deploy());

    const tasks = Object.entries(States).filter(([, { Type }]) => Type === "Task");
    expect(tasks).to.have.lengthOf(8);
    for (const [name, state] of tasks) {
      if (name === "AwaitPayment") continue;
      expect(state.TimeoutSeconds, name).to.be.greaterThan(0);
      expect(state.Retry, name).to.deep.equal(isQueued(state) ? [POISON, RETRY] : [RETRY]);
    }
    expect(States.AwaitPayment).to.deep.include({
      TimeoutSecondsPath: "$.last.secondsLeft",
      Retry: [POISON_OR_TIMEOUT, RETRY],
    });
    expect(waitSeconds()).to.equal(241);
  });

  it("begins to undo nothing because of an error, and only for what a step decided", async () => {
    const { States } = definitionOf(await deploy());

    for (const [name, state] of Object.entries(States)) {
      // The charge finds out what has come of it, and answers the reason.
      if (name === "AwaitPayment")
        expect(state.Catch).to.deep.equal([
          { ErrorEquals: ["States.Timeout"], ResultPath: null, Next: "ChargePayment" },
        ]);
      else expect(state, name).to.not.have.property("Catch");
      if (state.Type === "Task" && name !== "BeginOrder") expect(state.Next, name).to.not.equal("RefundPayment");
    }
    const reasons = Object.values(States).flatMap(({ Choices = [] }) =>
      Choices.filter(({ Next }) => Next === "RefundPayment").map(({ StringEquals }) => StringEquals),
    );
    expect(new Set(reasons)).to.deep.equal(
      new Set([
        ...["COMPENSATE", "STOPPED", "OUT_OF_STOCK", "UNAVAILABLE"],
        ...["PAYMENT_DECLINED", "INSUFFICIENT_FUNDS", "PAYMENT_NOT_COMPLETED"],
      ]),
    );
  });

  it("waits for a charge and a refund as long as their queue keeps a message, and for an outage that every other step meets", async () => {
    const resources = await deploy();

    const { TimeoutSeconds, States } = definitionOf(resources);

    const queue = resources.find(({ name }) => name === "fulfilment-payments-messages")?.inputs;
    const attempts = RETRY.MaxAttempts + 1;
    const paying = Object.entries(States).filter(([name, state]) => isQueued(state) && name !== "AwaitPayment");
    expect(paying.map(([, state]) => state.TimeoutSeconds)).to.deep.equal(
      Array(2).fill(queue?.messageRetentionSeconds),
    );
    const invoked = Object.values(States).filter((state) => state.Type === "Task" && !isQueued(state));
    const longest = invoked.map((state) => attempts * (state.TimeoutSeconds ?? 0) + waitSeconds());
    expect(TimeoutSeconds).to.be.above(
      2 * Number(queue?.messageRetentionSeconds) + sum(longest) + LONGEST_WAIT_SECONDS,
    );
  });

  it("gives the function that pays the time that its batch's turns and the slowest responses take", async () => {
    const fn = (await deploy()).find(({ name }) => name === "fulfilment-process-payments-function")?.inputs;

    // An AWS call that hangs takes three attempts of 2 s.
    const slowestSeconds = (MAX_REQUESTS * RESPONSE_TIMEOUT_MS) / 1_000 + 6;
    const { batchSeconds } = paceOf("paymentRatePerSecond", 20);
    expect([fn?.timeout, slowestSeconds]).to.deep.equal([batchSeconds + slowestSeconds, 30]);
  });

  it("tries a payment often enough that only what kills the function becomes a dead letter", async () => {
    const queue = (await deploy()).find(({ name }) => name === "fulfilment-payments-messages")?.inputs;

    // While the provider is out of service, tries are an hour apart.
    const { maxReceiveCount } = JSON.parse(queue?.redrivePolicy as string);
    expect(maxReceiveCount * 3_600).to.be.above(Number(queue?.messageRetentionSeconds));
  });

  it("pays at the rate that is set, below Stripe's 25 requests a second by default", async () => {
    const rateOf = async (changes?: Partial<OrderWorkflowArgs>) => {
      const resources = await deploy(changes);
      const inputsOf = (wanted: string) => JSON.stringify(resources.find(({ name }) => name === wanted)?.inputs);
      const [, intervalMs] =
        /"MESSAGE_INTERVAL_MS":"(\d+)"/.exec(inputsOf("fulfilment-process-payments-function")) ?? [];
      const [, batches] = /"maximumConcurrency":(\d+)/.exec(inputsOf("fulfilment-payments-delivery")) ?? [];
      return (Number(batches) * 1_000) / Number(intervalMs);
    };

    expect([await rateOf(), await rateOf({ paymentRatePerSecond: 5 })]).to.deep.equal([20, 5]);
    expect(configDefaults()).to.include({ paymentRatePerSecond: "20" });
  });

  it("may invoke its functions, send payments to their queue, deliver logs and trace, and nothing else", async () => {
    const resources = await deploy();

    const functions = resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .map(({ name }) => name)
      .filter((name) => name !== "fulfilment-process-payments-function");
    const policy = JSON.parse(resources.find(({ name }) => name === "fulfilment-policy")?.inputs.policy as string);
    const [invoke, send, ...others] = policy.Statement;
    expect(invoke.Action).to.deep.equal(["lambda:InvokeFunction"]);
    const arns = functions.map((name) => `arn:aws:test:us-east-1:000000000000:${name}`);
    expect(invoke.Resource).to.have.members(arns);
    expect(send).to.deep.include({
      Action: ["sqs:SendMessage"],
      Resource: ["arn:aws:test:us-east-1:000000000000:fulfilment-payments-messages"],
    });
    const otherServices = others.flatMap(({ Action }: { Action: string[] }) =>
      Action.map((action) => action.split(":")[0]),
    );
    expect(new Set(otherServices)).to.deep.equal(new Set(["logs", "xray"]));
  });

  it("logs every state of an execution, without its data", async () => {
    const machine = (await deploy()).find(({ name }) => name === "fulfilment-machine");

    expect(machine?.inputs.loggingConfiguration).to.deep.include({ level: "ALL", includeExecutionData: false });
  });

  it("stores Stripe's key in a secret that only the function that pays may read", async () => {
    const resources = await deploy({ paymentGateway: "stripe", stripeSecretKey: "sk_test_1" });

    const key = resources.find(({ name }) => name === "fulfilment-stripe-key-version");
    const readers = resources.filter(
      ({ type, inputs }) =>
        type === "aws:iam/rolePolicy:RolePolicy" && String(inputs.policy).includes("secretsmanager:GetSecretValue"),
    );
    expect(key?.inputs.secretString).to.include({ value: "sk_test_1" });
    expect(readers.map(({ name }) => name)).to.have.members(["fulfilment-process-payments-policy"]);
  });

  it("keeps Stripe's key for refunds after a switch of the gateway", async () => {
    const resources = await deploy({ paymentGateway: "simulated", stripeSecretKey: "sk_test_1" });

    const refund = resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name.startsWith("fulfilment-process-payments"),
    );
    expect(refund?.inputs.environment)
      .to.have.property("variables")
      .that.includes({ PAYMENT_GATEWAY: "simulated" })
      .and.has.property("STRIPE_SECRET_ARN")
      .that.includes("fulfilment-stripe-key");
  });

  const invalid: [string, Partial<OrderWorkflowArgs>, RegExp][] = [
    ["paymentGateway", { paymentGateway: "cash" as never }, /"fulfilment": paymentGateway must be .* but is "cash"/],
    [
      "stripeSecretKey",
      { paymentGateway: "stripe" },
      /"fulfilment": stripeSecretKey must be given for the gateway stripe/,
    ],
    ["orderDeadlineHours", { orderDeadlineHours: 0 }, /"fulfilment": orderDeadlineHours must be .* but is 0/],
    ["paymentDeadlineMinutes", { paymentDeadlineMinutes: 0 }, /"fulfilment": paymentDeadlineMinutes must be .* is 0/],
    ["paymentTries", { paymentTries: 21 }, /"fulfilment": paymentTries must be .* but is 21/],
    ["paymentRatePerSecond", { paymentRatePerSecond: 0 }, /"fulfilment": paymentRatePerSecond must be .* but is 0/],
    ["logRetentionDays", { logRetentionDays: 0 }, /"fulfilment": logRetentionDays must be .* but is 0/],
  ];
  for (const [argument, args, message] of invalid) {
    it(`rejects an invalid ${argument}`, async () => {
      let thrown: Error | undefined;
      await register(() => {
        const common = required();
        try {
          new OrderWorkflow("fulfilment", { ...common, ...args });
        } catch (error) {
          thrown = error as Error;
        }
      });

      expect(thrown?.message).to.match(message);
    });
  }
});
