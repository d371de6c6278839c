import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../../support/eventually.ts";
import { Executions } from "../../support/executions.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../../support/orders.ts";
import { deadLetters, messageCount } from "../../support/queues.ts";
import { orders, ordersJson } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";
import { TestTable } from "../../support/table.ts";
import { useEventProbe } from "../../support/topic-probes.ts";

/** The drill "A subscriber lost events" of docs/recovery.md. */
describe("Drill: a subscriber lost events", () => {
  const stack = useLocalStack();
  const probe = useEventProbe(stack);
  let first: string;
  let second: string;
  /** A time between the two orders, RFC 3339. */
  let between: string;
  let initial: State;

  /** Everything that replayed events could change. */
  type State = Awaited<ReturnType<typeof state>>;

  before("place an order, then another one, and cancel that", async () => {
    await stockCatalogue(stack().backOffice);
    first = await placeOrder(stack().storefront, { customerEmail: "first@example.com" });
    await probe.reached(first, "COMPLETED");
    between = new Date().toISOString();
    second = await placeOrder(stack().storefront, { customerEmail: "second@example.com" });
    await probe.reached(second, "COMPLETED");
    await stack().backOffice.post(`/orders/${second}/cancel`, {});
    await probe.reached(second, "CANCELLED");
    initial = await eventually(async () => {
      const current = await state();
      expect(current.mails).to.deep.equal([2, 3]);
      expect(current.executions).to.have.lengthOf(3);
      return current;
    });
  });

  it("publishes the events since a time again, unchanged", async () => {
    const { published } = await ordersJson<{ published: number }>(stack(), ["events", "replay", "--from", between]);

    expect(published).to.equal(5);
    await eventually(() => expect(probe.of(second)).to.have.lengthOf(10));
    const [once, again] = [probe.of(second).slice(0, 5), probe.of(second).slice(5)];
    expect(again).to.have.deep.members(once);
    expect(probe.of(first)).to.have.lengthOf(3);
  });

  it("publishes the events of one order again", async () => {
    const { output, exitCode } = await orders(stack(), ["events", "replay", "--order", first]);

    expect(output).to.include("Published 3 events again.");
    expect(exitCode).to.equal(0);
    await eventually(() => expect(probe.of(first)).to.have.lengthOf(6));
  });

  it("has no further effect: no email, charge, workflow or dead letter", async () => {
    const { orderQueueUrl = "", customerQueueUrl = "" } = stack().outputs;

    await eventually(async () => {
      const waiting = [orderQueueUrl, customerQueueUrl].map((url) => messageCount(url, stack()));
      expect(await Promise.all(waiting)).to.deep.equal([0, 0]);
    });

    expect(await state()).to.deep.equal(initial);
    expect(await deadLetters(stack())).to.deep.equal([]);
  });

  it("reports that no events match, or that the options are wrong", async () => {
    const none = await orders(stack(), ["events", "replay", "--order", "0195c0de-5eed-7c0f-8fee-0dd51de0ca7e"]);
    const both = await orders(stack(), ["events", "replay", "--order", first, "--from", between]);
    const when = await orders(stack(), ["events", "replay", "--from", "yesterday"]);

    expect(none).to.deep.include({ errors: "There are no such events.\n", exitCode: 3 });
    expect(both).to.deep.include({ errors: "Say which events: either --order, or --from and --to.\n", exitCode: 2 });
    expect(when.errors).to.include("2027-01-31T12:00:00Z");
    expect(when.exitCode).to.equal(2);
  });

  async function state() {
    const table = TestTable.of(stack());
    const mails = ["first@example.com", "second@example.com"].map((address) => mailsTo(address, stack()));
    return {
      records: await Promise.all([first, second].map((id) => table.records(id))),
      mails: (await Promise.all(mails)).map((sent) => sent.length),
      executions: (await new Executions(stack()).list()).map(({ name }) => name).sort(),
    };
  }
});
