import { expect } from "chai";
import fc from "fast-check";
import { FAILURE_REASONS, reasonSentence } from "../../../domain/failure-reasons.ts";
import { type MailKind, mail, mailKind, sms } from "../../../domain/mails.ts";
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
};
const kinds = fc.constantFrom(...(Object.keys(HEADLINES) as MailKind[]));
const placed = fc
  .tuple(order, catalogue)
  .map(([{ totalAmount: _, ...request }, prices]) => newOrder(ID, AT, request, priceOrder(request, prices)));

function anOrder(changes: Partial<Order> = {}): Order {
  const items = [{ productId: "PROD-001", quantity: 2 }];
  const priced = priceOrder({ items }, new Map([["PROD-001", { name: "Laptop stand", priceMinor: 123456 }]]));
  return { ...newOrder(ID, AT, { customerEmail: "ada@example.com", items }, priced), ...changes };
}

describe("Mails to customers", () => {
  for (const [kind, headline] of Object.entries(HEADLINES) as [MailKind, string][]) {
    it(`say that an order ${headline}, in subject, text, HTML and text message`, () => {
      const written = mail(kind, anOrder());

      expect(written.subject).to.equal(`Your order ${ID} ${headline}`);
      expect(written.text).to.include(`Your order ${ID} ${headline}.`);
      expect(written.html).to.include(`Your order ${ID} ${headline}.`);
      expect(sms(kind, anOrder())).to.equal(`Your order ${ID} ${headline}.`);
    });
  }

  it("show what was ordered and what it costs", () => {
    const { text, html } = mail("placed", anOrder({ customerName: "Ada" }));

    expect(text).to.match(/^Hello Ada,\n\n/);
    expect(text).to.include("2 × Laptop stand: $2,469.12\nTotal: $2,469.12\n");
    expect(html).to.include('<td>2 × Laptop stand</td><td align="right">$2,469.12</td>');
  });

  it("tell why an order failed, in words for customers", () => {
    for (const reason of FAILURE_REASONS) {
      const { text, html } = mail("failed", anOrder(), reason);

      expect(text).to.include(reasonSentence(reason));
      expect(html).to.include(reasonSentence(reason));
      expect(text).not.to.include(reason);
    }
  });

  it("make harmless in HTML whatever others wrote", () => {
    const evil = `<script>alert("1")</script> & 'Co'`;
    const { items, ...rest } = anOrder({ customerName: evil });
    const { html, text } = mail("placed", { ...rest, items: items.map((line) => ({ ...line, name: evil })) });

    const harmless = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;";
    expect(html).to.include(`<p>Hello ${harmless},</p>`);
    expect(html).to.include(`<td>2 × ${harmless}</td>`);
    expect(html).not.to.include("<script");
    expect(text).to.include(evil);
  });

  it("have the same tags whatever a name is, and one line of subject", () => {
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

  it("never show an address, a phone number or how the customer paid", () => {
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

  it("are written for every event but those that customers need not know", () => {
    expect(mailKind("OrderPlaced")).to.equal("placed");
    expect(mailKind("OrderCompleted")).to.equal("completed");
    expect(mailKind("OrderFailed")).to.equal("failed");
    expect(mailKind("OrderCancelled")).to.equal("cancelled");
    expect(mailKind("OrderShipped")).to.equal("shipped");
    expect(mailKind("OrderDelivered")).to.equal("delivered");
    expect(mailKind("OrderProcessing")).to.equal(undefined);
    expect(mailKind("OrderCancelRequested")).to.equal(undefined);
  });
});
