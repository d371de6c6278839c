import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi/index.js";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import present from "../../index.ts";
import { faultsIn } from "../../load/books.ts";
import { DECLINED, itemsOf, PRODUCTS, STOCK } from "../../load/catalogue.ts";
import { lookAt } from "../../load/outcome.ts";
import { openStack } from "../../local/engine.ts";
import { type EphemeralStack, openEphemeralStack } from "../../local/ephemeral-stack.ts";
import { extractProgram } from "../../local/program-copy.ts";
import { root } from "../../local/tools.ts";
import { lastRelease } from "../../versions/last-release.ts";
import { setDelivery } from "../support/event-source-mappings.ts";
import { eventually } from "../support/eventually.ts";
import { type FaultPlan, Faults, type Step } from "../support/faults.ts";
import { invoke } from "../support/functions.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { messageCount } from "../support/queues.ts";
import { type TestStack, target, testStack } from "../support/stack.ts";

/** What goes with data, messages, workflows that run, or an address or key that clients know, if it is replaced. */
const LASTING = [
  "aws:apigateway/apiKey:ApiKey",
  "aws:apigateway/restApi:RestApi",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:dynamodb/table:Table",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];
const HARMLESS = ["create", "read", "refresh", "same", "update"];

/** Orders whose workflow is within a step when the next program comes: before or after what the step does. */
const HELD: { step: Step; plan: FaultPlan; paymentMethod?: string }[] = [
  { step: "reserve-stock", plan: { "reserve-stock": "pause before" } },
  { step: "charge-payment", plan: { "charge-payment": "pause after" } },
  { step: "complete-order", plan: { "complete-order": "pause before" } },
  { step: "release-stock", plan: { "release-stock": "pause before" }, paymentMethod: DECLINED },
];
/** One order that can be fulfilled, and one that can't. */
const PAIR = [{}, { paymentMethod: DECLINED }];

const FIRST_ORDER = orderBody({ customerId: "upgrade-first", items: itemsOf(0) });
const IDEMPOTENCY = { "Idempotency-Key": "before-the-upgrade" };

describe("An upgrade from the last release", function () {
  this.timeout(300_000);
  this.slow(20_000);
  const name = "upgrade";
  const run = { id: name, startedAt: new Date() };
  const folder = mkdtempSync(join(tmpdir(), "orders-released-"));
  const end = new AbortController();
  const faults = new Faults();
  let deployment: EphemeralStack;
  let stack: TestStack;
  /** All orders, in the order in which they were placed. */
  const placed: string[] = [];
  let held: string[];
  let waiting: string[];
  let firstPage: { orders: { orderId: string }[]; nextCursor: string };

  before(
    "deploy the last release, and place orders that are in all states when the next program comes",
    async function () {
      if (target === "aws") this.skip();
      extractProgram(lastRelease(root).commit, join(folder, "program"));
      const { default: released } = await import(pathToFileURL(join(folder, "program", "index.ts")).href);
      deployment = await openEphemeralStack(name, {}, { waitScale: 0.1 }, undefined, released);
      stack = testStack(name, deployment, end.signal);
      await stockCatalogue(
        stack.backOffice,
        PRODUCTS.map((product) => ({ ...product, stock: STOCK })),
      );

      await place(FIRST_ORDER, IDEMPOTENCY);
      await placeEach(PAIR);
      await untilFinal(placed);

      await faults.install(stack);
      held = await placeEach(HELD.map(({ paymentMethod }) => (paymentMethod ? { paymentMethod } : {})));
      for (const [index, { plan }] of HELD.entries()) faults.plan(held[index] ?? "", plan);
      await Promise.all(HELD.map(({ step }, index) => faults.paused(held[index] ?? "", step)));
      await setDelivery("start-fulfilment", false, stack);
      const queued = await placeEach(PAIR);
      await eventually(async () => expect(await waitingMessages()).to.equal(PAIR.length));
      await setDelivery("publish-events", false, stack);
      waiting = [...queued, ...(await placeEach(PAIR))];
      firstPage = (await stack.backOffice.get("/orders?limit=3")).body;
    },
  );

  after("take the stack away", async () => {
    end.abort();
    await deployment?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it("would be seen to replace what holds data", async () => {
    const replacing = async () => {
      pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
        type === "aws:dynamodb/table:Table" ? { props: { ...props, rangeKey: "orderId" }, opts } : undefined,
      );
      return present();
    };
    const seen = new Seen();

    await (await open(replacing)).preview({ onEvent: seen.note });

    expect(seen.lost).to.include("replace orders-table");
  });

  it("replaces and deletes nothing that holds data, and keeps what its clients and operators know", async () => {
    const seen = new Seen();

    const { outputs } = await (await open(present)).up({ onEvent: seen.note });

    expect(seen.lost).to.deep.equal([]);
    expect(seen.types).to.include.members(LASTING);
    for (const [name, value] of Object.entries(stack.outputs)) expect(outputs[name]).to.include({ value });
  });

  it("answers a repeated request with its order, and goes on with a list that was begun before", async () => {
    const repeated = await stack.storefront.post("/orders", FIRST_ORDER, IDEMPOTENCY);
    const cursor = encodeURIComponent(firstPage.nextCursor);
    const rest = await stack.backOffice.get(`/orders?limit=100&cursor=${cursor}`);

    expect(repeated).to.include({ status: 201 });
    expect(repeated.body.orderId).to.equal(placed[0]);
    const listed = [...firstPage.orders, ...rest.body.orders].map(({ orderId }) => orderId);
    expect(listed).to.have.members(placed);
  });

  it("brings every order that was under way to its end, once, with exact sums", async () => {
    expect(await waitingMessages(), "messages that waited before").to.equal(PAIR.length);
    for (const orderId of waiting) faults.plan(orderId);
    for (const handler of ["publish-events", "start-fulfilment"]) await setDelivery(handler, true, stack);
    const [queued, declined, unpublished, another] = await untilFinal(waiting);
    for (const [index, { step }] of HELD.entries()) faults.resume(held[index] ?? "", step);
    // On a machine with much to do, a step may have been held for longer than its workflow tries.
    await untilFinal(held, () => invoke("sweep-orders", stack));

    expect([queued, unpublished]).to.deep.equal(["COMPLETED", "COMPLETED"]);
    expect([declined, another]).to.deep.equal(["FAILED", "FAILED"]);
    const { outputs, awsClient } = stack;
    const output = (name: string) => outputs[name] ?? "";
    const system = {
      ...{ name, stage: name, outputs, output, awsClient, ordersTable: output("ordersTable"), close: async () => {} },
      storefront: { url: output("storefrontUrl"), key: output("storefrontKey") },
      backOffice: { url: output("apiUrl"), key: output("apiKey") },
    };
    const books = await lookAt(system, run);
    const counts = { sent: placed.length, accepted: placed.length, refused: 0 };
    expect(faultsIn({ ...counts, ...books })).to.deep.equal([]);
  });

  async function place(changes: object, headers: Record<string, string> = {}): Promise<string> {
    const index = placed.length;
    const own = { customerId: `${name}-${index}`, items: itemsOf(index), ...changes };
    const orderId = await placeOrder(stack.storefront, own, headers);
    placed.push(orderId);
    return orderId;
  }

  async function placeEach(orders: object[]): Promise<string[]> {
    const ids: string[] = [];
    for (const order of orders) ids.push(await place(order));
    return ids;
  }

  /** Waits until orders are final. @returns Their states. */
  function untilFinal(orderIds: string[], push: () => Promise<unknown> = async () => {}): Promise<string[]> {
    return eventually(async () => {
      await push();
      const orders = await Promise.all(orderIds.map((orderId) => stack.backOffice.get(`/orders/${orderId}`)));
      const states = orders.map(({ body }) => body.status as string);
      for (const state of states) expect(state).to.be.oneOf(["COMPLETED", "FAILED"]);
      return states;
    }, 60);
  }

  function waitingMessages(): Promise<number> {
    return messageCount(stack.outputs.orderQueueUrl ?? "", stack);
  }

  /** The stack, to be deployed from another program. What gets stuck is found at once there. */
  function open(program: PulumiFn) {
    const { endpoint = "" } = deployment.awsClient;
    const config = { stuckAfterSeconds: "1" };
    return openStack({ name, directory: deployment.directory, endpoint, ephemeral: true, config, program });
  }
});

/** What a deployment does to what should last. */
class Seen {
  readonly types = new Set<string>();
  readonly lost: string[] = [];

  readonly note = ({ resourcePreEvent }: EngineEvent): void => {
    const { op = "", type = "", urn = "" } = resourcePreEvent?.metadata ?? {};
    this.types.add(type);
    if (LASTING.includes(type) && !HARMLESS.includes(op)) this.lost.push(`${op} ${urn.split("::").at(-1)}`);
  };
}
