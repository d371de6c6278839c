import { DynamoDBClient, RestoreTableToPointInTimeCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { FullOrder } from "../../../domain/contract/responses.ts";
import { faultsIn } from "../../../load/run-outcome.ts";
import { orders, ordersJson } from "../../support/command.ts";
import { DeployedTable } from "../../support/deployed-table.ts";
import { useEventProbe } from "../../support/event-probe.ts";
import { eventually } from "../../support/eventually.ts";
import { Executions } from "../../support/executions.ts";
import { useFaults } from "../../support/faults.ts";
import { invoke } from "../../support/functions.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { orderBody, placeOrder, stockCatalogue } from "../../support/orders.ts";
import { useLocalStack } from "../../support/stack.ts";

const RESTORED = "orders-restored";
const STOCK = { "PROD-001": 100, "PROD-002": 100 };
const DECLINED = { paymentMethod: "pm_card_chargeDeclined" };
const BOTH = { items: Object.keys(STOCK).map((productId) => ({ productId, quantity: 2 })) };
const KEY = { "Idempotency-Key": "before-the-loss" };

/** The drill "Orders are lost" of docs/recovery.md, step by step. */
describe("The drill: orders are lost", function () {
  this.timeout(60_000);
  const stack = useLocalStack({ stuckAfterSeconds: "1" });
  const probe = useEventProbe(stack);
  const faults = useFaults(stack);
  let table: DeployedTable;
  /** What is going to be lost: orders as the back office sees them, what subscribers and customers heard of them. */
  let lost: { order: FullOrder; events: number; mails: number }[];
  /** One of them, whose workflow is under way at the time of the backup. */
  let open: string;
  /** An order that comes after the loss, and before the restoration. */
  let meanwhile: string;

  before("place orders that are completed, failed, cancelled, shipped and under way, and lose them", async () => {
    table = new DeployedTable(stack());
    await stockCatalogue(stack().backOffice);
    const completed = await fulfilled(BOTH, KEY);
    const failed = await place(DECLINED);
    const [cancelled, shipped] = [await fulfilled(), await fulfilled(BOTH)];
    await stack().backOffice.post(`/orders/${cancelled}/cancel`, {});
    await stack().backOffice.put(`/orders/${shipped}`, { status: "SHIPPED" });
    open = await placeOrder(stack().storefront);
    faults.plan(open, { "complete-order": "pause before" });
    await faults.paused(open, "complete-order");
    const executions = new Executions(stack());
    const [own] = (await executions.list()).filter(({ name }) => name === open);
    await executions.stop(own?.executionArn ?? "");
    const heard: [string, { events: number; mails: number }][] = [
      [completed, { events: 3, mails: 2 }],
      [failed, { events: 3, mails: 2 }],
      [cancelled, { events: 5, mails: 3 }],
      [shipped, { events: 4, mails: 3 }],
      [open, { events: 2, mails: 1 }],
    ];
    await eventually(async () => expect(await heardOf(heard.map(([id]) => id))).to.deep.equal(new Map(heard)));
    lost = await Promise.all(heard.map(async ([id, counts]) => ({ order: await orderOf(id), ...counts })));
    await restoreAndLose();
    meanwhile = await fulfilled();
  });

  it("is seen by orders that are not found any more", async () => {
    const answers = await Promise.all(lost.map(({ order }) => stack().backOffice.get(`/orders/${order.orderId}`)));

    expect(answers.map(({ status }) => status)).to.deep.equal([404, 404, 404, 404, 404]);
  });

  it("begins with a look at what is missing, which writes nothing", async () => {
    const before = await table.items();

    const { output, exitCode } = await orders(stack(), ["restore", "--from", RESTORED]);

    expect(output).to.match(/^\d+ of \d+ items of orders-restored were missing in .*, among them 5 orders\.\nNothing /);
    expect(exitCode).to.equal(0);
    expect(await table.items()).to.deep.equal(before);
  });

  it("says so when there is no such table", async () => {
    const { errors, exitCode } = await orders(stack(), ["restore", "--from", "elsewhere"]);

    expect(errors).to.equal("There is no table elsewhere. Is it in the stack's region?\n");
    expect(exitCode).to.equal(3);
  });

  it("brings all of them back as they were, with their products, and leaves what is there alone", async () => {
    const before = await table.partition(`ORDER#${meanwhile}`);
    const ids = lost.map(({ order }) => order.orderId);

    const restored = await ordersJson<{ orders: string[]; open: string[] }>(stack(), [
      ...["restore", "--from", RESTORED, "--yes"],
    ]);

    expect(restored.orders).to.have.members(ids);
    expect(restored.open).to.deep.equal([open]);
    expect(await Promise.all(ids.map(orderOf))).to.deep.equal(lost.map(({ order }) => order));
    expect((await listed()).map(({ orderId }) => orderId)).to.have.members([...ids, meanwhile]);
    expect(await table.partition(`ORDER#${meanwhile}`)).to.deep.equal(before);
  });

  it("has nothing left to do the second time", async () => {
    const again = await ordersJson<{ missing: number }>(stack(), ["restore", "--from", RESTORED, "--yes"]);

    expect(again.missing).to.equal(0);
  });

  it("answers a request from before the loss with the order that it placed", async () => {
    const replayed = await stack().storefront.post("/orders", orderBody(BOTH), KEY);

    expect(replayed.body.orderId).to.equal(lost[0]?.order.orderId);
    expect(replayed.headers.get("Idempotent-Replayed")).to.equal("true");
  });

  it("goes on with what was under way, and takes new orders", async () => {
    faults.resume(open, "complete-order");
    await eventually(async () => {
      await invoke("sweep-orders", stack());
      expect(await orderOf(open)).to.include({ status: "COMPLETED" });
    });
    await fulfilled(BOTH);

    expect((await table.story(open)).charge).to.include({ charges: 1, refunds: 0 });
  });

  it("tells nobody again of what was restored", async () => {
    // It went through stream, topic and queues after all that was restored.
    const last = await fulfilled();
    await eventually(async () => expect((await heardOf([last])).get(last)?.mails).to.equal(2));

    const closed = lost.filter(({ order }) => order.orderId !== open);
    const heard = await heardOf(closed.map(({ order }) => order.orderId));
    expect([...heard.values()]).to.deep.equal(closed.map(({ events, mails }) => ({ events, mails })));
  });

  it("tells of it again when it is asked to, without another mail", async () => {
    const { order, events, mails } = lost[0] as (typeof lost)[number];

    await ordersJson(stack(), ["events", "replay", "--order", order.orderId]);

    await eventually(() => expect(probe.of(order.orderId)).to.have.lengthOf(2 * events));
    expect((await heardOf([order.orderId])).get(order.orderId)?.mails).to.equal(mails);
  });

  it("ends with sums that are right: each order charged once, and the stock exact", async () => {
    const all = await listed();
    const charges = (await table.items()).filter(({ pk }) => pk.startsWith("GATEWAY#"));
    const stocks = Object.entries(STOCK).map(async ([id, pieces]) => [id, pieces - (await table.stockOf(id))]);

    const faults = faultsIn({
      ...{ sent: 8, accepted: 8, refused: 0, orders: all },
      paid: new Map(charges.map(({ pk, ...charge }) => [pk.slice("GATEWAY#".length), paid(charge)])),
      taken: Object.fromEntries(await Promise.all(stocks)),
    });

    expect(faults).to.deep.equal([]);
  });

  /** AWS restores the state of a second in the past. The emulator knows the present one only, so it comes before the loss. */
  async function restoreAndLose(): Promise<void> {
    const tables = { SourceTableName: stack().outputs.ordersTable, TargetTableName: RESTORED };
    const client = new DynamoDBClient(stack().awsClient);
    await client.send(new RestoreTableToPointInTimeCommand({ ...tables, UseLatestRestorableTime: true }));
    const isLost = (pk: string, sk: string) => !pk.startsWith("GATEWAY#") && sk !== "PROD-001";
    for (const item of await table.items()) if (isLost(item.pk, item.sk)) await table.delete(item);
  }

  async function place(changes: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<string> {
    const id = await placeOrder(stack().storefront, changes, headers);
    faults.plan(id);
    return id;
  }

  async function fulfilled(...order: Parameters<typeof place>): Promise<string> {
    const id = await place(...order);
    await probe.reached(id, "COMPLETED");
    return id;
  }

  async function orderOf(orderId: string): Promise<FullOrder> {
    return (await stack().backOffice.get(`/orders/${orderId}`)).body;
  }

  async function listed(): Promise<FullOrder[]> {
    return (await stack().backOffice.get("/orders?limit=100")).body.orders;
  }

  /** How many events and mails there were of each order. */
  async function heardOf(ids: string[]) {
    const mails = await mailsTo("ada@example.com", stack());
    const mailsOf = (id: string) => mails.filter(({ Subject }) => Subject.includes(id)).length;
    return new Map(ids.map((id) => [id, { events: probe.of(id).length, mails: mailsOf(id) }]));
  }
});

function paid({ charges, refunds, amountMinor }: Record<string, unknown>): number {
  return (Number(charges) - Number(refunds)) * Number(amountMinor);
}
