import { expect } from "chai";
import { type MailKind, mailKind, mailName, mayQuoteCustomer, textedPhone } from "../../../domain/mails.ts";

const KINDS: MailKind[] = ["placed", "completed", "failed", "cancelled", "shipped", "delivered", "refunded"];
const PAID: MailKind[] = ["completed", "shipped", "delivered", "refunded"];
const REFUND = { refund: { refundId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f37", amount: 5.5 } };

describe("Emails to customers", () => {
  it("are sent for all events but those that customers don't need to know", () => {
    expect(mailKind("OrderPlaced")).to.equal("placed");
    expect(mailKind("OrderCompleted")).to.equal("completed");
    expect(mailKind("OrderFailed")).to.equal("failed");
    expect(mailKind("OrderCancelled")).to.equal("cancelled");
    expect(mailKind("OrderShipped")).to.equal("shipped");
    expect(mailKind("OrderDelivered")).to.equal("delivered");
    expect(mailKind("OrderRefunded")).to.equal("refunded");
    expect(mailKind("OrderRefundRequested")).to.equal(undefined);
    expect(mailKind("OrderProcessing")).to.equal(undefined);
    expect(mailKind("OrderCancelRequested")).to.equal(undefined);
  });

  it("have one name for each kind, and for each refund", () => {
    expect(mailName("shipped", {})).to.equal("shipped");
    expect(mailName("refunded", REFUND)).to.equal(`refunded#${REFUND.refund.refundId}`);
  });

  it("may quote the customer only once the order is paid, and never where payments are simulated", () => {
    expect(KINDS.filter((kind) => mayQuoteCustomer(kind, false))).to.deep.equal(PAID);
    expect(KINDS.filter((kind) => mayQuoteCustomer(kind, true))).to.deep.equal([]);
  });

  it("come with a text message only once the order is paid, where the customer asked for that", () => {
    const customerPhone = "+14155550123";

    expect(KINDS.filter((kind) => textedPhone(kind, { customerPhone, smsUpdates: true }))).to.deep.equal(PAID);
    expect(KINDS.filter((kind) => textedPhone(kind, { customerPhone, smsUpdates: false }))).to.deep.equal([]);
    expect(KINDS.filter((kind) => textedPhone(kind, { customerPhone }))).to.deep.equal([]);
  });
});
