import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi/index.js";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { lastVersion } from "../../delivery/last-version.ts";
import program from "../../index.ts";
import { itemsOf, PRODUCTS, STOCK } from "../../load/catalogue.ts";
import { openEngine, type ProgramSource } from "../../local/engine/engine.ts";
import { openEphemeralStack } from "../../stacks/ephemeral.ts";
import { extractProgram } from "../../stacks/program-copy.ts";
import { root } from "../../tools/paths.ts";
import { orderBody } from "../support/orders.ts";
import { orders as runOrders } from "../support/run-cli.ts";
import { type TestStack, target, testStack } from "../support/stack.ts";
import { GIVEN_UP_END, InFlightOrders } from "./in-flight-orders.ts";

/** Types whose replacement loses data, messages or running workflows, or an address or key that clients know. */
const DURABLE_TYPES = [
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
const HARMLESS_OPERATIONS = ["create", "read", "refresh", "same", "update"];

const OLD_LOGS = ["fulfilment-charge-payment-logs", "fulfilment-refund-payment-logs"];

const FIRST_ORDER = orderBody({ customerId: "upgrade-first", items: itemsOf(0) });
const IDEMPOTENCY = { "Idempotency-Key": "before-the-upgrade" };

/** How the orders end: two pairs in the queue and in the stream, then those that were paused in a step. */
const ENDS = [
  ...["COMPLETED", "FAILED", "COMPLETED", "FAILED"],
  ...["COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "FAILED", "FAILED"],
];

/** 0.1 gave an order up after a step had failed for some 20 s, and on a busy machine a deployment takes longer than that. */
function expectEnds(statuses: string[]): void {
  const ends = ENDS.map((end, index) => (statuses[index] === GIVEN_UP_END ? GIVEN_UP_END : end));
  expect(statuses).to.deep.equal(ends);
}

describe("An upgrade from the last version", function () {
  this.slow(20_000);
  const name = "upgrade";
  const folder = mkdtempSync(join(tmpdir(), "orders-released-"));
  /** The released program, with its own default settings. */
  const released = { folder: join(folder, "program") };
  let stack: TestStack;
  let orders: InFlightOrders;
  let firstPage: { orders: { orderId: string }[]; nextCursor: string };
  /** Resources that the upgrade created. */
  let added: string[];

  before("deploy the last version, and place orders that are in every state during the upgrade", async function () {
    if (target === "aws") this.skip();
    extractProgram(lastVersion(root).commit, released.folder);
    stack = testStack(await openEphemeralStack(name, { emulation: { waitScale: 0.01 }, source: released }));
    orders = new InFlightOrders(stack);
    await orders.prepare(FIRST_ORDER, IDEMPOTENCY);
    await orders.hold();
    firstPage = (await stack.backOffice.get("/orders?limit=3")).body;
  });

  after("destroy the stack", async () => {
    await stack?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is detected if it replaces a durable resource", async () => {
    const replacing = async () => {
      pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
        type === "aws:dynamodb/table:Table" ? { props: { ...props, rangeKey: "orderId" }, opts } : undefined,
      );
      return program();
    };
    const changes = new DurableChanges();

    await (await open({ program: replacing })).preview({ onEvent: changes.record });

    expect(changes.lost).to.include("replace orders-table");
  });

  it("neither replaces nor deletes a durable resource, and changes no existing output", async () => {
    const changes = new DurableChanges();

    const { outputs } = await (await open()).up({ onEvent: changes.record });

    // The logs of two functions that became one: docs/upgrade.md.
    expect(changes.lost).to.have.members(OLD_LOGS.map((logs) => `delete ${logs}`));
    expect(changes.types).to.include.members(DURABLE_TYPES);
    for (const [name, value] of Object.entries(stack.outputs)) expect(outputs[name]).to.include({ value });
    added = changes.created;
  });

  it("keeps idempotency keys and cursors from before valid", async () => {
    const repeated = await stack.storefront.post("/orders", FIRST_ORDER, IDEMPOTENCY);
    const cursor = encodeURIComponent(firstPage.nextCursor);
    const rest = await stack.backOffice.get(`/orders?limit=100&cursor=${cursor}`);

    expect(repeated).to.include({ status: 201 });
    expect(repeated.body.orderId).to.equal(orders.placed[0]);
    const listed = [...firstPage.orders, ...rest.body.orders].map(({ orderId }) => orderId);
    expect(listed).to.have.members(orders.placed);
  });

  it("lets every in-flight order become final, once, with exact sums, and sends the emails that waited", async () => {
    expectEnds(await orders.resume());
    expect(await orders.inconsistencies()).to.deep.equal([]);
    await orders.untilNotified();
  });

  it("counts what the last version reserved, so that stock can be booked", async () => {
    const { productId } = PRODUCTS[0] ?? {};
    const book = (key: string) =>
      stack.backOffice.post(
        `/products/${productId}/stock`,
        { delta: 1, reason: "RECEIVED" },
        { "Idempotency-Key": key },
      );
    const early = await book("early");

    const { output, exitCode } = await runOrders(stack, ["stock", "check", "--fix"]);

    expect(early.status).to.equal(409);
    expect(exitCode, output).to.equal(0);
    const { body } = await stack.backOffice.get("/products?limit=100");
    expect(body.products).to.have.lengthOf(PRODUCTS.length);
    // Nothing was shipped.
    for (const { onHand, reserved, stock } of body.products)
      expect([onHand, reserved + stock]).to.deep.equal([STOCK, STOCK]);
    expect(await orders.inconsistencies()).to.deep.equal([]);
    expect((await runOrders(stack, ["stock", "check"])).exitCode).to.equal(0);
    expect((await book("late")).status).to.equal(201);
    await stack.backOffice.post(
      `/products/${productId}/stock`,
      { delta: -1, reason: "CORRECTION" },
      { "Idempotency-Key": "back" },
    );
  });

  /** The drill "A release is rolled back" of docs/recovery.md. */
  describe("that is rolled back", () => {
    before("place orders that are in every state once more", () => orders.hold());

    it("removes only resources that it had created", async () => {
      const changes = new DurableChanges();

      await (await open(released)).up({ onEvent: changes.record });

      expect(changes.lost.filter((loss) => !added.includes(loss.replace("delete ", "")))).to.deep.equal([]);
      expect(changes.types).to.include.members(DURABLE_TYPES);
    });

    // Without emails, which version 0.1 can't send here: docs/fidelity.md.
    it("lets every in-flight order become final, once, with exact sums", async () => {
      expectEnds(await orders.resume());
      expect(await orders.inconsistencies()).to.deep.equal([]);
    });
  });

  /** Opens the stack with another program. Stuck orders are found immediately. */
  function open(source: ProgramSource = {}) {
    const { directory = "", awsClient } = stack;
    const config = { stuckAfterSeconds: "1" };
    return openEngine({ name, directory, endpoint: awsClient.endpoint ?? "", ephemeral: true, config, ...source });
  }
});

/** Records what a deployment does to durable resources. */
class DurableChanges {
  /** The types of all resources. */
  readonly types = new Set<string>();
  /** The names of all new resources. */
  readonly created: string[] = [];
  /** Operations that lose durable resources, e.g. `replace orders-table`. */
  readonly lost: string[] = [];

  readonly record = ({ resourcePreEvent }: EngineEvent): void => {
    const { op = "", type = "", urn = "" } = resourcePreEvent?.metadata ?? {};
    const name = urn.split("::").at(-1) ?? "";
    this.types.add(type);
    if (op === "create") this.created.push(name);
    if (DURABLE_TYPES.includes(type) && !HARMLESS_OPERATIONS.includes(op)) this.lost.push(`${op} ${name}`);
  };
}
