import { randomUUID } from "node:crypto";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../../support/eventually.ts";
import { deployedFunctions, isOf, setEventSource } from "../../support/functions.ts";
import { describeGrant, type Grant, UNENFORCED } from "../../support/grants.ts";
import { stockProducts, useHandlersOnStack } from "../../support/in-process.ts";
import { serveStripe } from "../../support/serve-stripe.ts";
import { type TestStack, useLocalStack } from "../../support/stack.ts";
import { TestTable } from "../../support/table.ts";
import { LimitedFunction } from "../limited-function.ts";
import { API_SCENARIOS } from "./api-scenarios.ts";
import { EVENT_SCENARIOS } from "./event-scenarios.ts";
import { RECONCILIATION_SCENARIOS } from "./reconciliation-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { STEP_SCENARIOS, STRIPE_SCENARIOS, USELESS_STRIPE_KEY } from "./step-scenarios.ts";
import { STRIPE, WEBHOOK_SCENARIOS, WEBHOOK_SECRET } from "./webhook-scenarios.ts";

/** The services' errors for a missing permission. SNS's is AuthorizationError. */
const DENIED = /AccessDenied|AuthorizationError/;

const MAIL_FROM = "shop@example.com";
const MESSAGE = { Subject: { Data: "Hello" }, Body: { Text: { Data: "This is a test." } } };

/**
 * Removes each of a deployed function's grants in turn. Without it, at least one of the function's scenarios must be
 * denied something: otherwise the grant is unnecessary.
 */
describe("Least privilege", () => {
  const scenarios = { ...API_SCENARIOS, ...STEP_SCENARIOS, ...EVENT_SCENARIOS };
  const handlers = Object.keys(scenarios);
  const stack = useQuietStack({ mailFrom: MAIL_FROM });

  it("is tested for every function of the stack", async () => {
    const functions = await deployedFunctions(stack().awsClient);

    const unknown = functions.filter((fn) => !handlers.some((handler) => isOf(handler, fn)));
    expect(
      unknown.map(({ FunctionName }) => FunctionName),
      "functions without scenarios in tests/integration/privilege",
    ).to.be.empty;
    expect(functions).to.have.lengthOf(handlers.length);
  });

  for (const [handler, own] of Object.entries(scenarios)) {
    it(`gives ${handler} only permissions that it needs`, () => expectAllNeeded(handler, own, stack()));
  }

  it("allows emails from the shop's address only", async () => {
    const fn = await callInstead("notify-customer");
    const mail = { Destination: { ToAddresses: ["ada@example.com"] }, Message: MESSAGE };
    const sendFrom = (Source: string) => fn.invoke({ sendEmail: { ...mail, Source } }).catch(({ name }) => name);

    const fromShop = await sendFrom(`The shop <${MAIL_FROM}>`);
    const fromOther = await sendFrom(`other-${MAIL_FROM}`);

    expect(fromShop).to.equal(null);
    expect(fromOther).to.match(DENIED);
  });

  it("denies publishing to topics, which the permission to text any phone would include", async () => {
    const functions = await Promise.all(handlers.map((handler) => LimitedFunction.of(handler, stack())));
    const withDeny = functions.filter(({ grants }) => grants.some(isDeny));
    expect(withDeny.map(({ handler }) => handler)).to.deep.equal(["notify-customer"]);
    const fn = await callInstead("notify-customer");
    expect(fn.grants.filter(isDeny)).to.have.lengthOf(1);
    const message = { TopicArn: stack().outputs.eventsTopicArn, Message: "This must not be published." };
    const publish = () => fn.invoke({ publish: message }).catch(({ name }) => name);

    const withIt = await publish();
    const withoutIt = await fn.limitedTo(
      fn.grants.filter((grant) => !isDeny(grant)),
      publish,
    );

    expect(withIt).to.match(DENIED);
    expect(withoutIt).to.equal(null);
  });

  /** Makes a function perform the calls that it is invoked with, with its own permissions. */
  async function callInstead(handler: string): Promise<LimitedFunction> {
    const fn = await LimitedFunction.of(handler, stack());
    await fn.replaceHandler(new URL("./call-instead.ts", import.meta.url));
    return fn;
  }
});

describe("Least privilege with Stripe", () => {
  const stack = useQuietStack({
    paymentGateway: "stripe",
    stripeSecretKey: USELESS_STRIPE_KEY,
    stripePublishableKey: "pk_test_1",
  });

  for (const [handler, own] of Object.entries(STRIPE_SCENARIOS)) {
    it(`gives ${handler} only permissions that it needs`, () => expectAllNeeded(handler, own, stack()));
  }
});

describe("Least privilege with Stripe's webhooks and reconciliation", () => {
  const keys = { stripeSecretKey: "sk_test_1", stripePublishableKey: "pk_test_1", stripeWebhookSecret: WEBHOOK_SECRET };
  const stack = useQuietStack({ paymentGateway: "stripe", ...keys }, ["process-webhooks"]);
  before("let the functions that ask Stripe call a double of it", () =>
    serveStripe(STRIPE, ["process-webhooks", "reconcile-payments"], stack()),
  );

  for (const [handler, own] of Object.entries({ ...RECONCILIATION_SCENARIOS, ...WEBHOOK_SCENARIOS })) {
    it(`gives ${handler} only permissions that it needs`, () => expectAllNeeded(handler, own, stack()));
  }
});

function isDeny({ Effect }: Grant): boolean {
  return Effect === "Deny";
}

/** A stack without event sources and schedules, on whose table the handlers of this process work. */
function useQuietStack(config: Record<string, string> = {}, more: string[] = []): () => TestStack {
  const stack = useLocalStack(config);
  useHandlersOnStack(stack);

  before("turn off event sources and schedules", async () => {
    const consumers = ["publish-events", "start-fulfilment", "process-payments", "notify-customer", ...more];
    for (const handler of consumers) await setEventSource(handler, false, stack());
    const events = new EventBridge(stack().awsClient);
    const { Rules = [] } = await events.listRules({});
    for (const { Name } of Rules) await events.disableRule({ Name });
    await stockProducts({ PLENTY: 1_000_000 });
  });

  return stack;
}

/** Fails if the function has grants that none of its scenarios need. */
async function expectAllNeeded(handler: string, scenarios: Record<string, Scenario>, stack: TestStack): Promise<void> {
  const fn = await LimitedFunction.of(handler, stack);
  const table = TestTable.of(stack);
  const run = (scenario: Scenario, id: string) =>
    scenario({ id, stack, table, call: (event) => fn.invoke(event), logs: () => fn.logsOf(id) });
  for (const scenario of Object.values(scenarios)) await run(scenario, randomUUID());

  const unnecessary: string[] = [];
  for (const grant of fn.grants) {
    if (UNENFORCED.has(grant.Action) || isDeny(grant)) continue;
    const others = fn.grants.filter((other) => other !== grant);
    // Secrets are cached by each instance, so only a new one needs the grant.
    const isNeeded = await fn.limitedTo(others, async () => (await isDenied()) || fn.restart().then(isDenied));
    if (!isNeeded) unnecessary.push(describeGrant(grant));
  }
  expect(unnecessary, `unnecessary grants of ${handler}`).to.deep.equal([]);

  /** Whether any scenario is denied something. */
  async function isDenied(): Promise<boolean> {
    for (const [title, scenario] of Object.entries(scenarios)) {
      const id = randomUUID();
      try {
        await run(scenario, id);
      } catch (error) {
        if (DENIED.test(String(error))) return true;
        await eventually(async () => expect(await fn.logsOf(id), `"${title}" fails: ${error}`).to.match(DENIED));
        return true;
      }
    }
    return false;
  }
}
