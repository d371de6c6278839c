import { randomUUID } from "node:crypto";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { DeployedTable } from "../../support/deployed-table.ts";
import { setDelivery } from "../../support/event-source-mappings.ts";
import { eventually } from "../../support/eventually.ts";
import { stockProducts } from "../../support/fulfilment.ts";
import { deployedFunctions, isOf } from "../../support/functions.ts";
import { described, type Grant, UNENFORCED } from "../../support/grants.ts";
import { LimitedFunction } from "../../support/limited-function.ts";
import { type TestStack, useLocalStack } from "../../support/stack.ts";
import { useHandlersOn } from "../../support/table.ts";
import { API_SCENARIOS } from "./api-scenarios.ts";
import { EVENT_SCENARIOS } from "./event-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { STEP_SCENARIOS, STRIPE_SCENARIOS, USELESS_STRIPE_KEY } from "./step-scenarios.ts";

/** What AWS's services call what the caller has no right to. SNS has a word of its own. */
const DENIED = /AccessDenied|AuthorizationError/;

const MAIL_FROM = "shop@example.com";
const MESSAGE = { Subject: { Data: "Hello" }, Body: { Text: { Data: "Whoever reads this is a customer." } } };

/**
 * Takes every grant of every function away in turn, as the stack itself has it, and puts it back. Without it, something
 * that the function is there for must be denied: a grant that nothing needs is too much.
 */
describe("Least privilege", function () {
  this.timeout(60_000);
  const scenarios = { ...API_SCENARIOS, ...STEP_SCENARIOS, ...EVENT_SCENARIOS };
  const handlers = Object.keys(scenarios);
  const stack = useQuietStack({ mailFrom: MAIL_FROM });

  it("is shown for every function of the stack", async () => {
    const functions = await deployedFunctions(stack().awsClient);

    const unknown = functions.filter((fn) => !handlers.some((handler) => isOf(handler, fn)));
    expect(
      unknown.map(({ FunctionName }) => FunctionName),
      "without scenarios in tests/support/privilege",
    ).to.be.empty;
    expect(functions).to.have.lengthOf(handlers.length);
  });

  for (const [handler, ways] of Object.entries(scenarios)) {
    it(`gives ${handler} no right that it can do without`, () => expectNeed(handler, ways, stack()));
  }

  it("lets mails go out from the shop's address only", async () => {
    const fn = await callInstead("notify-customer");
    const mail = { Destination: { ToAddresses: ["ada@example.com"] }, Message: MESSAGE };
    const sendFrom = (Source: string) => fn.call({ sendEmail: { ...mail, Source } }).catch(({ name }) => name);

    const fromShop = await sendFrom(`The shop <${MAIL_FROM}>`);
    const fromOther = await sendFrom(`other-${MAIL_FROM}`);

    expect(fromShop).to.equal(null);
    expect(fromOther).to.match(DENIED);
  });

  it("forbids one thing that is allowed otherwise: publishing to topics with the right to text any phone", async () => {
    const functions = await Promise.all(handlers.map((handler) => LimitedFunction.of(handler, stack())));
    const limited = functions.filter(({ grants }) => grants.some(isProhibition));
    expect(limited.map(({ handler }) => handler)).to.deep.equal(["notify-customer"]);
    const fn = await callInstead("notify-customer");
    expect(fn.grants.filter(isProhibition)).to.have.lengthOf(1);
    const message = { TopicArn: stack().outputs.eventsTopicArn, Message: "Whoever hears this heard too much." };
    const publish = () => fn.call({ publish: message }).catch(({ name }) => name);

    const withIt = await publish();
    const withoutIt = await fn.limitedTo(
      fn.grants.filter((grant) => !isProhibition(grant)),
      publish,
    );

    expect(withIt).to.match(DENIED);
    expect(withoutIt).to.equal(null);
  });

  /** From now on, the function makes the call that it is called with, with its own rights. */
  async function callInstead(handler: string): Promise<LimitedFunction> {
    const fn = await LimitedFunction.of(handler, stack());
    await fn.replaceBy(new URL("./call-instead.ts", import.meta.url));
    return fn;
  }
});

describe("Least privilege with Stripe", function () {
  this.timeout(60_000);
  const stack = useQuietStack({ paymentGateway: "stripe", stripeSecretKey: USELESS_STRIPE_KEY });

  for (const [handler, ways] of Object.entries(STRIPE_SCENARIOS)) {
    it(`gives ${handler} no right that it can do without`, () => expectNeed(handler, ways, stack()));
  }
});

function isProhibition({ Effect }: Grant): boolean {
  return Effect === "Deny";
}

/** A stack on which nothing happens by itself, and whose table the handlers of this process may do everything with. */
function useQuietStack(config: Record<string, string> = {}): () => TestStack {
  const stack = useLocalStack(config);
  useHandlersOn(stack);

  before("silence the stack", async () => {
    const consumers = ["publish-events", "start-fulfilment", "notify-customer"];
    for (const handler of consumers) await setDelivery(handler, false, stack());
    const events = new EventBridge(stack().awsClient);
    const { Rules = [] } = await events.listRules({});
    for (const { Name } of Rules) await events.disableRule({ Name });
    await stockProducts({ PLENTY: 1_000_000 });
  });

  return stack;
}

/** Fails with the grants that the function has, and that none of these ways through it misses. */
async function expectNeed(handler: string, ways: Record<string, Scenario>, stack: TestStack): Promise<void> {
  const fn = await LimitedFunction.of(handler, stack);
  const table = new DeployedTable(stack);
  const go = (scenario: Scenario, id: string) => scenario({ id, stack, table, call: (event) => fn.call(event) });
  for (const scenario of Object.values(ways)) await go(scenario, randomUUID());

  const useless: string[] = [];
  for (const grant of fn.grants) {
    if (UNENFORCED.has(grant.Action) || isProhibition(grant)) continue;
    const others = fn.grants.filter((other) => other !== grant);
    // What is read once an instance, such as a secret, is missed by new instances only.
    const isNeeded = await fn.limitedTo(others, async () => (await isMissed()) || fn.renew().then(isMissed));
    if (!isNeeded) useless.push(described(grant));
  }
  expect(useless, `grants of ${handler} that nothing needs`).to.deep.equal([]);

  /** Whether one of the ways is denied something. */
  async function isMissed(): Promise<boolean> {
    for (const [title, scenario] of Object.entries(ways)) {
      const id = randomUUID();
      try {
        await go(scenario, id);
      } catch (error) {
        if (DENIED.test(String(error))) return true;
        await eventually(async () => expect(await fn.logged(id), `"${title}" fails: ${error}`).to.match(DENIED));
        return true;
      }
    }
    return false;
  }
}
