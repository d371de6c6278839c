import { DynamoDBClient, RestoreTableToPointInTimeCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { FullOrder } from "../../../domain/contract/responses.ts";
import { failuresIn } from "../../../load/run-outcome.ts";
import { eventually } from "../../support/eventually.ts";
import { Executions } from "../../support/executions.ts";
import { invoke } from "../../support/functions.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { CUSTOMER_EMAIL, orderBody, placeOrder, stockCatalogue } from "../../support/orders.ts";
import { orders, ordersJson } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";
import { useStepFaults } from "../../support/step-faults.ts";
import { TestTable } from "../../support/table.ts";
import { useEventProbe } from "../../support/topic-probes.ts";

const RESTORED = "orders-restored";
const STOCK = { "PROD-001": 100, "PROD-002": 100 };
const DECLINED = { paymentMethod: "pm_card_chargeDeclined" };
const BOTH = { items: Object.keys(STOCK).map((productId) => ({ productId, quantity: 2 })) };
const KEY = { "Idempotency-Key": "before-the-loss" };

/** The drill "Orders are lost" of docs/recovery.md, step by step. */
describe("Drill: orders are lost", () => {
  const stack = useLocalStack({ stuckAfterSeconds: "1" });
  const probe = useEventProbe(stack);
  const faults = useStepFaults(stack);
  let table: TestTable;
  /** The orders that get lost, with the numbers of their events and emails. */
  let lost: { order: FullOrder; events: number; mails: number }[];
  /** One of them, whose workflow was running at the time of the backup. */
  let open: string;
  /** An order placed between the loss and the restoration. */
  let placedLater: string;

  before("place orders that are completed, failed, cancelled, shipped and open, and lose them", async () => {
    table = TestTable.of(stack());
    await stockCatalogue(stack().backOffice);
    const completed = await fulfilled(BOTH, KEY);
    const failed = await placeOrder(stack().backOffice, DECLINED);
    faults.plan(failed);
    const [cancelled, shipped] = [await fulfilled(), await fulfilled(BOTH)];
    await stack().backOffice.post(`/orders/${cancelled}/cancel`, {});
    await stack().backOffice.put(`/orders/${shipped}`, { status: "SHIPPED" });
    open = await placeOrder(stack().storefront);
    faults.plan(open, { "complete-order": "pause before" });
    await faults.paused(open, "complete-order");
    const executions = new Executions(stack());
    const [own] = (await executions.list()).filter(({ name }) => name === open);
    await executions.stop(own?.executionArn ?? "");
    const expected: [string, { events: number; mails: number }][] = [
      [completed, { events: 3, mails: 2 }],
      [failed, { events: 3, mails: 2 }],
      [cancelled, { events: 5, mails: 3 }],
      [shipped, { events: 4, mails: 3 }],
      [open, { events: 2, mails: 1 }],
    ];
    await eventually(async () =>
      expect(await notificationsOf(expected.map(([id]) => id))).to.deep.equal(new Map(expected)),
    );
    lost = await Promise.all(expected.map(async ([id, counts]) => ({ order: await orderOf(id), ...counts })));
    await restoreAndLose();
    placedLater = await fulfilled();
  });

  it("shows as orders that are not found", async () => {
    const responses = await Promise.all(lost.map(({ order }) => stack().backOffice.get(`/orders/${order.orderId}`)));

    expect(responses.map(({ status }) => status)).to.deep.equal([404, 404, 404, 404, 404]);
  });

  it("first lists what is missing, without writing anything", async () => {
    const before = await table.items();

    const { output, exitCode } = await orders(stack(), ["restore", "--from", RESTORED]);

    expect(output).to.match(/^\d+ of \d+ items of orders-restored were missing in .*, among them 5 orders\.\nNothing /);
    expect(exitCode).to.equal(0);
    expect(await table.items()).to.deep.equal(before);
  });

  it("reports a table that doesn't exist", async () => {
    const { errors, exitCode } = await orders(stack(), ["restore", "--from", "elsewhere"]);

    expect(errors).to.equal("There is no table elsewhere. Is it in the stack's region?\n");
    expect(exitCode).to.equal(3);
  });

  it("restores all orders and products unchanged, and leaves existing items alone", async () => {
    const before = await table.partition(`ORDER#${placedLater}`);
    const ids = lost.map(({ order }) => order.orderId);

    const restored = await ordersJson<{ orders: string[]; open: string[] }>(stack(), [
      ...["restore", "--from", RESTORED, "--yes"],
    ]);

    expect(restored.orders).to.have.members(ids);
    expect(restored.open).to.deep.equal([open]);
    expect(await Promise.all(ids.map(orderOf))).to.deep.equal(lost.map(({ order }) => order));
    expect((await listed()).map(({ orderId }) => orderId)).to.have.members([...ids, placedLater]);
    expect(await table.partition(`ORDER#${placedLater}`)).to.deep.equal(before);
  });

  it("has nothing to restore the second time", async () => {
    const again = await ordersJson<{ missing: number }>(stack(), ["restore", "--from", RESTORED, "--yes"]);

    expect(again.missing).to.equal(0);
  });

  it("returns the original order for a request repeated from before the loss", async () => {
    const replayed = await stack().storefront.post("/orders", orderBody(BOTH), KEY);

    expect(replayed.body.orderId).to.equal(lost[0]?.order.orderId);
    expect(replayed.headers.get("Idempotent-Replayed")).to.equal("true");
  });

  it("fulfils the order that was open, and new ones", async () => {
    faults.resume(open, "complete-order");
    await eventually(async () => {
      await invoke("sweep-orders", stack());
      expect(await orderOf(open)).to.include({ status: "COMPLETED" });
    });
    await fulfilled(BOTH);

    expect((await table.records(open)).charge).to.include({ charges: 1, refunds: 0 });
  });

  it("finds stock that is too low, as an order of it is gone for good, and corrects it", async () => {
    const before = await orders(stack(), ["stock", "check"]);
    const fixed = await orders(stack(), ["stock", "check", "--fix"]);
    const after = await orders(stack(), ["stock", "check"]);

    expect([before, fixed, after].map(({ exitCode }) => exitCode)).to.deep.equal([1, 0, 0]);
    expect(before.output)
      .to.match(/^PROD-001: (\d+) available, (\d+) on hand; /m)
      .and.to.include("1 product of 2 differs.");
    const { body } = await stack().backOffice.get("/products/PROD-001/stock?limit=1");
    expect(body.bookings[0]).to.include({ delta: 0, reason: "CORRECTION", actor: "system:stock-check" });
  });

  it("publishes no events and sends no emails for restored orders", async () => {
    // A later order has passed the stream, the topic and the queues, so anything about restored orders has, too.
    const last = await fulfilled();
    await eventually(async () => expect((await notificationsOf([last])).get(last)?.mails).to.equal(2));

    const closed = lost.filter(({ order }) => order.orderId !== open);
    const current = await notificationsOf(closed.map(({ order }) => order.orderId));
    expect([...current.values()]).to.deep.equal(closed.map(({ events, mails }) => ({ events, mails })));
  });

  it("publishes a restored order's events on request, without another email", async () => {
    const { order, events, mails } = lost[0] as (typeof lost)[number];

    await ordersJson(stack(), ["events", "replay", "--order", order.orderId]);

    await eventually(() => expect(probe.of(order.orderId)).to.have.lengthOf(2 * events));
    expect((await notificationsOf([order.orderId])).get(order.orderId)?.mails).to.equal(mails);
  });

  it("ends with correct sums: each order charged once, and the stock exact", async () => {
    const all = await listed();
    const charges = (await table.items()).filter(({ pk }) => pk.startsWith("GATEWAY#"));
    const stocks = Object.entries(STOCK).map(async ([id, units]) => [id, units - (await table.stockOf(id))]);

    const failures = failuresIn({
      ...{ sent: 8, accepted: 8, refused: 0, orders: all },
      paid: new Map(charges.map(({ pk, ...charge }) => [pk.slice("GATEWAY#".length), paid(charge)])),
      taken: Object.fromEntries(await Promise.all(stocks)),
    });

    expect(failures).to.deep.equal([]);
  });

  /** AWS restores a past state. The emulator can only copy the current one, so the copy is made before the loss. */
  async function restoreAndLose(): Promise<void> {
    const tables = { SourceTableName: stack().outputs.ordersTable, TargetTableName: RESTORED };
    const client = new DynamoDBClient(stack().awsClient);
    await client.send(new RestoreTableToPointInTimeCommand({ ...tables, UseLatestRestorableTime: true }));
    // Nothing brings this one back.
    await fulfilled();
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

  /** The numbers of events and emails of each order. */
  async function notificationsOf(ids: string[]) {
    const mails = await mailsTo(CUSTOMER_EMAIL, stack());
    const mailsOf = (id: string) => mails.filter(({ Subject }) => Subject.includes(id)).length;
    return new Map(ids.map((id) => [id, { events: probe.of(id).length, mails: mailsOf(id) }]));
  }
});

function paid({ charges, refunds, amountMinor }: Record<string, unknown>): number {
  return (Number(charges) - Number(refunds)) * Number(amountMinor);
}
