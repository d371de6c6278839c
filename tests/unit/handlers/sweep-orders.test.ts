import { GetItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { ExecutionAlreadyExists, ListExecutionsCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Context } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { newOrder, type Order } from "../../../domain/order.ts";
import { db } from "../../../handlers/lib/db.ts";
import { handler } from "../../../handlers/sweep-orders.ts";
import { toItem } from "../../../store/items.ts";
import { metricsIn, useCapturedLogs } from "../../support/logs.ts";
import { orderIdOf } from "../../support/sqs-records.ts";

const orderId = orderIdOf("waiting");
const LONG_AGO = new Date(Date.now() - 3_600_000).toISOString();

/** What can't be seen on the real stack: ages, races between sweeps, and Step Functions that fails. */
describe("Sweeping up stuck orders", () => {
  const printed = useCapturedLogs();
  const database = mockClient(db.client);
  const workflow = mockClient(SFNClient);

  before(() => {
    Object.assign(process.env, { ORDERS_TABLE: "orders", LIST_SHARDS: "2", STUCK_AFTER_SECONDS: "900" });
    process.env.ORDER_DEADLINE_HOURS = "24";
    process.env.STATE_MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:fulfilment";
  });

  beforeEach(() => {
    database.reset();
    workflow.reset();
    database.on(QueryCommand).resolves({ Items: [] });
    database.on(UpdateItemCommand).resolves({});
    workflow.on(StartExecutionCommand).resolves({});
    workflow.on(ListExecutionsCommand).resolves({ executions: [] });
  });

  after(() => {
    database.restore();
    workflow.restore();
  });

  /** Has one shard of the index hold an order that was placed, and changed last, an hour ago. */
  function execution(name: string) {
    return { name, executionArn: name, stateMachineArn: "arn", status: "RUNNING" as const, startDate: new Date() };
  }

  function stuckOrder({ orderId: id = "a", ...changes }: Partial<Order> = {}) {
    const order = newOrder(
      id,
      LONG_AGO,
      { customerEmail: "ada@example.com", items: [] },
      { lines: [], totalMinor: 0, currency: "USD" },
    );
    database.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values }) => ({
      Items: values[":shard"].S === "OPEN#0" ? [toItem({ orderId: id })] : [],
    }));
    database.on(GetItemCommand).resolves({ Item: toItem({ ...order, ...changes }) });
  }

  const started = () => workflow.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input.name);
  const recorded = () =>
    database
      .commandCalls(UpdateItemCommand)
      .map(({ args }) => args[0].input.ExpressionAttributeValues?.[":redrives"]?.N);

  it("looks through every shard for orders placed before the cutoff", async () => {
    const before = Date.now();
    await handler();

    const queries = database.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.ExpressionAttributeValues);
    expect(queries.map((values) => values?.[":shard"]?.S)).to.deep.equal(["PARKED#0", "PARKED#1", "OPEN#0", "OPEN#1"]);
    const bound = queries[2]?.[":before"]?.S ?? "";
    expect(uuidv7({ msecs: before - 901_000 }) < bound, "older").to.equal(true);
    expect(uuidv7({ msecs: before - 890_000 }) > bound, "younger").to.equal(true);
  });

  it("starts a stuck order anew under the next name, and remembers it", async () => {
    stuckOrder({ status: "PROCESSING", redrives: 2, redrivenAt: LONG_AGO });

    const sweep = await handler({ id: "event" });

    expect(sweep).to.deep.equal({ stuck: 1, redriven: 1, parked: 0 });
    expect(started()).to.deep.equal(["a-r3"]);
    expect(recorded()).to.deep.equal(["3"]);
    const about = { orderId: "a", correlationId: "event", execution: "a-r3" };
    expect(printed().find(({ outcome }) => outcome === "redriven")).to.include(about);
  });

  it("starts an order whose event was never delivered, and a cancel that got lost", async () => {
    stuckOrder({ status: "PENDING" });
    const pending = await handler();
    stuckOrder({ status: "COMPLETED", cancelRequestedAt: LONG_AGO });
    const completed = await handler();

    expect([pending, completed]).to.deep.equal([
      { stuck: 1, redriven: 1, parked: 0 },
      { stuck: 1, redriven: 1, parked: 0 },
    ]);
  });

  it("leaves alone what is done with, what moved lately, and what is parked", async () => {
    const now = new Date().toISOString();
    const attention = { since: now, reason: "REFUND_REFUSED" } as const;
    for (const changes of [{ status: "COMPLETED" }, { updatedAt: now }, { attention }] as const) {
      stuckOrder(changes);

      expect(await handler(), JSON.stringify(changes)).to.deep.equal({ stuck: 0, redriven: 0, parked: 0 });
    }
    expect(started()).to.deep.equal([]);
  });

  it("leaves alone an order whose workflow is running: it waits for its turn to be charged, however long", async () => {
    stuckOrder({ orderId, status: "PROCESSING" });
    workflow
      .on(ListExecutionsCommand)
      .resolvesOnce({ executions: [execution("other")], nextToken: "more" })
      .resolvesOnce({ executions: [execution(`${orderId}-r2`)] });

    expect(await handler()).to.deep.equal({ stuck: 0, redriven: 0, parked: 0 });
    expect(started()).to.deep.equal([]);
  });

  it("leaves alone an order that waits for its customer, and starts it anew once their time is over or they have acted", async () => {
    const sweeps = [];
    const waits = {
      status: "AWAITING_CUSTOMER",
      awaiting: { for: "METHOD", until: new Date(Date.now() + 60_000).toISOString() },
    };
    for (const payment of [
      waits,
      { ...waits, lookAgain: true },
      { ...waits, awaiting: { for: "ACTION", until: LONG_AGO } },
    ]) {
      stuckOrder({ orderId, status: "PROCESSING" });
      const ofPayment = { Key: { pk: { S: `ORDER#${orderId}` }, sk: { S: "PAYMENT" } } };
      database.on(GetItemCommand, ofPayment).resolves({ Item: toItem(payment) });

      sweeps.push(await handler());
    }

    expect(sweeps.map(({ stuck }) => stuck)).to.deep.equal([0, 1, 1]);
  });

  it("starts an order anew whose deadline has come, although its workflow is running: its payment's message may be lost", async () => {
    const createdAt = new Date(Date.now() - 25 * 3_600_000).toISOString();
    stuckOrder({ orderId, status: "PROCESSING", createdAt });
    workflow.on(ListExecutionsCommand).resolves({ executions: [execution(orderId)] });

    const sweep = await handler();

    expect(sweep).to.deep.equal({ stuck: 1, redriven: 1, parked: 0 });
    expect(started()).to.deep.equal([`${orderId}-r1`]);
    const [list] = workflow.commandCalls(ListExecutionsCommand);
    expect(list?.args[0].input).to.include({ maxResults: 1_000 });
  });

  it("restarts only overdue orders when Step Functions can't say which workflows are running, and fails in the end", async () => {
    const createdAt = new Date(Date.now() - 25 * 3_600_000).toISOString();
    workflow.on(ListExecutionsCommand).rejects(new Error("Rate exceeded"));

    stuckOrder({ orderId, status: "PROCESSING" });
    const [waiting] = await Promise.allSettled([handler()]);
    const restartedWaiting = started();
    stuckOrder({ orderId, status: "PROCESSING", createdAt });
    const [overdue] = await Promise.allSettled([handler()]);

    expect([waiting, overdue].map((sweep) => sweep?.status)).to.deep.equal(["rejected", "rejected"]);
    expect(restartedWaiting).to.deep.equal([]);
    expect(started()).to.deep.equal([`${orderId}-r1`]);
    expect(metricsIn(printed())).to.deep.equal({ SweeperRuns: 0, OrdersStuck: 1, OrdersParked: 0 });
  });

  it("counts what it started anew lately as stuck, but gives it time", async () => {
    stuckOrder({ redrives: 1, redrivenAt: new Date().toISOString() });

    expect(await handler()).to.deep.equal({ stuck: 1, redriven: 0, parked: 0 });
  });

  it("starts an order once more when its deadline has come, however many restarts there were", async () => {
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const restarted = { updatedAt: ago(23 * 60), redrives: 9, redrivenAt: ago(20) };

    stuckOrder({ ...restarted, createdAt: ago(24 * 60 - 1) });
    const before = await handler();
    stuckOrder({ ...restarted, createdAt: ago(24 * 60 + 1) });
    const after = await handler();

    expect([before, after].map(({ redriven }) => redriven)).to.deep.equal([0, 1]);
  });

  it("counts the parked orders", async () => {
    database.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values }) => ({
      Items: values[":shard"].S === "PARKED#1" ? [toItem({ orderId: "a" }), toItem({ orderId: "b" })] : [],
    }));

    expect(await handler()).to.deep.equal({ stuck: 0, redriven: 0, parked: 2 });
    expect(metricsIn(printed())).to.include({ OrdersParked: 2 });
  });

  it("goes on to the next name when a sweep ended between starting and remembering", async () => {
    stuckOrder();
    workflow.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: "there", $metadata: {} }));

    const sweep = await handler();

    expect(sweep).to.deep.equal({ stuck: 1, redriven: 1, parked: 0 });
    expect(recorded()).to.deep.equal(["1"]);
  });

  it("counts what it could not start, and leaves it to the next sweep", async () => {
    stuckOrder();
    workflow.on(StartExecutionCommand).rejects(new Error("out of reach"));

    const sweep = await handler();

    expect(sweep).to.deep.equal({ stuck: 1, redriven: 0, parked: 0 });
    expect(metricsIn(printed())).to.deep.equal({ SweeperRuns: 1, OrdersStuck: 1, OrdersParked: 0 });
    expect(recorded()).to.deep.equal([]);
  });

  it("starts a hundred a second, and ends when its time is nearly up", async () => {
    const page = Array.from({ length: 25 }, () => toItem({ orderId: "a" }));
    stuckOrder();
    let pages = 0;
    database.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values }) => ({
      Items: values[":shard"].S.startsWith("OPEN#") ? page : [],
      LastEvaluatedKey: values[":shard"].S.startsWith("OPEN#") ? toItem({ orderId: "a" }) : undefined,
    }));
    const context = { getRemainingTimeInMillis: () => (++pages < 3 ? 60_000 : 14_999) } as Context;
    const start = performance.now();

    const sweep = await handler({}, context);

    expect(sweep).to.deep.equal({ stuck: 75, redriven: 75, parked: 0 });
    expect(performance.now() - start).to.be.within(730, 3_000);
  });

  it("has a bound below every id of its millisecond, and above every id of the one before", () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 47 }), bytes, (msecs, random) => {
        const bound = uuidv7({ msecs, random: new Uint8Array(16), seq: 0 });

        expect(bound <= uuidv7({ msecs, random })).to.equal(true);
        expect(bound > uuidv7({ msecs: msecs - 1, random })).to.equal(true);
      }),
    );
  });
});
