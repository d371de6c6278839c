import { expect } from "chai";
import fc from "fast-check";
import { FAILURE_REASONS, reasonSentence } from "../../../domain/failure-reasons.ts";
import { type MailKind, mail, mailKind, mailName, sms } from "../../../domain/mails.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import { priceOrder } from "../../../domain/pricing.ts";
import { catalogue, order } from "../../support/arbitraries.ts";

const ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f36";
const AT = "2026-01-15T10:30:00.000Z";
const HEADLINES: Record<MailKind, string> = {
  placed: "was placed",
  completed: "is paid and being packed",
  failed: "could not be fulfilled",
  cancelled: "was cancelled",
  shipped: "is on its way",
  delivered: "was delivered",
  refunded: "has a refund of $5.50",
};
const REFUND = { refund: { refundId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f37", amount: 5.5 } };
const kinds = fc.constantFrom(...(Object.keys(HEADLINES) as MailKind[]));
const placed = fc
  .tuple(order, catalogue)
  .map(([{ totalAmount: _, ...request }, prices]) => newOrder(ID, AT, request, priceOrder(request, prices, "USD")));

function anOrder(changes: Partial<Order> = {}): Order {
  const items = [{ productId: "PROD-001", quantity: 2 }];
  const priced = priceOrder({ items }, new Map([["PROD-001", { name: "Laptop stand", priceMinor: 123456 }]]), "USD");
  return { ...newOrder(ID, AT, { customerEmail: "ada@example.com", items }, priced), ...changes };
}

describe("Emails and text messages to customers", () => {
  for (const [kind, headline] of Object.entries(HEADLINES) as [MailKind, string][]) {
    it(`report that an order ${headline}`, () => {
      const { subject, text, html } = mail(kind, anOrder(), REFUND);

      expect(subject).to.equal(`Your order ${ID} ${headline}`);
      expect(text).to.include(`Your order ${ID} ${headline}.`);
      expect(html).to.include(`Your order ${ID} ${headline}.`);
      expect(sms(kind, anOrder(), REFUND)).to.equal(`Your order ${ID} ${headline}.`);
    });
  }

  it("list the products and prices", () => {
    const { text, html } = mail("placed", anOrder({ customerName: "Ada" }));

    expect(text).to.match(/^Hello Ada,\n\n/);
    expect(text).to.include("2 × Laptop stand: $2,469.12\nTotal: $2,469.12\n");
    expect(html).to.include('<td>2 × Laptop stand</td><td align="right">$2,469.12</td>');
  });

  for (const [currency, line, total] of [
    ["JPY", "¥246,912", "¥246,912"],
    ["KWD", "KWD\u00a0246.912", "KWD\u00a0246.912"],
  ]) {
    it(`write amounts in ${currency} with its decimal places`, () => {
      const { text } = mail("completed", anOrder({ currency: `${currency}` }));

      expect(text).to.include(`2 × Laptop stand: ${line}\nTotal: ${total}\n`).and.include(`payment of ${total} went`);
    });
  }

  it("say that a demo charges nobody, and only of a demo", () => {
    for (const kind of Object.keys(HEADLINES) as MailKind[]) {
      const { text, html } = mail(kind, anOrder(), { isDemo: true });

      expect(text).to.include("This is a demo shop: nothing is charged");
      expect(html).to.include("This is a demo shop: nothing is charged");
      expect(mail(kind, anOrder()).text).not.to.include("demo");
    }
  });

  it("explain why an order failed, in words for customers", () => {
    for (const reason of FAILURE_REASONS) {
      const { text, html } = mail("failed", anOrder(), { reason });

      expect(text).to.include(reasonSentence(reason));
      expect(html).to.include(reasonSentence(reason));
      expect(text).not.to.include(reason);
    }
  });

  it("escape names in HTML", () => {
    const name = `<script>alert("1")</script> & 'Co'`;
    const { items, ...rest } = anOrder({ customerName: name });
    const { html, text } = mail("placed", { ...rest, items: items.map((line) => ({ ...line, name })) });

    const escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;";
    expect(html).to.include(`<p>Hello ${escaped},</p>`);
    expect(html).to.include(`<td>2 × ${escaped}</td>`);
    expect(html).not.to.include("<script");
    expect(text).to.include(name);
  });

  it("have the same tags and a one-line subject, whatever the customer's name", () => {
    const tags = (html: string) => html.match(/<[^>]*>/g);

    fc.assert(
      fc.property(
        kinds,
        fc.string({ unit: fc.constantFrom("<", ">", "&", "'", '"', "a", "\n") }),
        (kind, customerName) => {
          const { html, subject } = mail(kind, anOrder({ customerName }));

          expect(tags(html)).to.deep.equal(tags(mail(kind, anOrder()).html));
          expect(subject).not.to.match(/[\r\n]/);
        },
      ),
    );
  });

  it("never contain an email address, a phone number or a payment method", () => {
    fc.assert(
      fc.property(kinds, placed, (kind, order) => {
        const secret = {
          ...order,
          customerEmail: "secret@example.com",
          customerPhone: "+1secret",
          paymentMethod: "secret",
        };

        expect(JSON.stringify([mail(kind, secret), sms(kind, secret)])).not.to.include("secret");
      }),
    );
  });

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
});
