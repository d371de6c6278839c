import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi/index.js";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { lastVersion } from "../../delivery/last-version.ts";
import present from "../../index.ts";
import { itemsOf } from "../../load/catalogue.ts";
import { openEngine, type ProgramSource } from "../../local/engine/engine.ts";
import { openEphemeralStack } from "../../stacks/ephemeral.ts";
import { extractProgram } from "../../stacks/program-copy.ts";
import { root } from "../../tools/paths.ts";
import { orderBody } from "../support/orders.ts";
import { type TestStack, target, testStack } from "../support/stack.ts";
import { OrdersUnderWay } from "./orders-under-way.ts";

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

const FIRST_ORDER = orderBody({ customerId: "upgrade-first", items: itemsOf(0) });
const IDEMPOTENCY = { "Idempotency-Key": "before-the-upgrade" };

describe("An upgrade from the last version", function () {
  this.timeout(300_000);
  this.slow(20_000);
  const name = "upgrade";
  const folder = mkdtempSync(join(tmpdir(), "orders-released-"));
  /** With the settings that it had. */
  const released = { folder: join(folder, "program") };
  let stack: TestStack;
  let orders: OrdersUnderWay;
  let firstPage: { orders: { orderId: string }[]; nextCursor: string };
  /** What the present program has, and the last version had not. */
  let added: string[];

  before(
    "deploy the last version, and place orders that are in all states when the next program comes",
    async function () {
      if (target === "aws") this.skip();
      extractProgram(lastVersion(root).commit, released.folder);
      stack = testStack(await openEphemeralStack(name, { emulation: { waitScale: 0.1 }, source: released }));
      orders = new OrdersUnderWay(stack);
      await orders.prepare(FIRST_ORDER, IDEMPOTENCY);
      await orders.begin();
      firstPage = (await stack.backOffice.get("/orders?limit=3")).body;
    },
  );

  after("take the stack away", async () => {
    await stack?.destroy();
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

    await (await open({ program: replacing })).preview({ onEvent: seen.note });

    expect(seen.lost).to.include("replace orders-table");
  });

  it("replaces and deletes nothing that holds data, and keeps what its clients and operators know", async () => {
    const seen = new Seen();

    const { outputs } = await (await open()).up({ onEvent: seen.note });

    expect(seen.lost).to.deep.equal([]);
    expect(seen.types).to.include.members(LASTING);
    for (const [name, value] of Object.entries(stack.outputs)) expect(outputs[name]).to.include({ value });
    added = seen.created;
  });

  it("answers a repeated request with its order, and goes on with a list that was begun before", async () => {
    const repeated = await stack.storefront.post("/orders", FIRST_ORDER, IDEMPOTENCY);
    const cursor = encodeURIComponent(firstPage.nextCursor);
    const rest = await stack.backOffice.get(`/orders?limit=100&cursor=${cursor}`);

    expect(repeated).to.include({ status: 201 });
    expect(repeated.body.orderId).to.equal(orders.placed[0]);
    const listed = [...firstPage.orders, ...rest.body.orders].map(({ orderId }) => orderId);
    expect(listed).to.have.members(orders.placed);
  });

  it("brings every order that was under way to its end, once, with exact sums", async () => {
    expect(await orders.end()).to.deep.equal(["COMPLETED", "FAILED", "COMPLETED", "FAILED"]);
    expect(await orders.wrongs()).to.deep.equal([]);
  });

  /** The drill "A release is rolled back" of docs/recovery.md. */
  describe("that is taken back", () => {
    before("place orders that are in all states once more", () => orders.begin());

    it("takes away only what it had brought", async () => {
      const seen = new Seen();

      await (await open(released)).up({ onEvent: seen.note });

      expect(seen.lost.filter((loss) => !added.includes(loss.replace("delete ", "")))).to.deep.equal([]);
      expect(seen.types).to.include.members(LASTING);
    });

    it("brings every order that was under way to its end, once, with exact sums", async () => {
      expect(await orders.end()).to.deep.equal(["COMPLETED", "FAILED", "COMPLETED", "FAILED"]);
      expect(await orders.wrongs()).to.deep.equal([]);
    });
  });

  /** The stack, to be deployed from another program. What gets stuck is found at once there. */
  function open(source: ProgramSource = {}) {
    const { directory = "", awsClient } = stack;
    const config = { stuckAfterSeconds: "1" };
    return openEngine({ name, directory, endpoint: awsClient.endpoint ?? "", ephemeral: true, config, ...source });
  }
});

/** What a deployment does to what should last. */
class Seen {
  readonly types = new Set<string>();
  readonly created: string[] = [];
  readonly lost: string[] = [];

  readonly note = ({ resourcePreEvent }: EngineEvent): void => {
    const { op = "", type = "", urn = "" } = resourcePreEvent?.metadata ?? {};
    const name = urn.split("::").at(-1) ?? "";
    this.types.add(type);
    if (op === "create") this.created.push(name);
    if (LASTING.includes(type) && !HARMLESS.includes(op)) this.lost.push(`${op} ${name}`);
  };
}
