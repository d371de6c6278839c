import { expect } from "chai";
import fc from "fast-check";
import { FAILURE_REASONS } from "../../../domain/failure-reasons.ts";
import type { MailKind } from "../../../domain/mails.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import type { PaymentRecord } from "../../../domain/payment.ts";
import { priceOrder } from "../../../domain/pricing.ts";
import { mail, sms } from "../../../mails/render.ts";
import type { Reported } from "../../../mails/view.ts";
import { catalogue, order } from "../../support/arbitraries.ts";

const ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f36";
const AT = "2026-01-15T10:30:00.000Z";
const BRAND = { shopName: "Tea & Co", color: "#1d5c45", supportEmail: "help@example.com" };
const REFUND = { refund: { refundId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f37", amount: 5.5 } };
const SUBJECTS: Record<string, Record<MailKind, string>> = {
  "en-US": {
    placed: `Your order ${ID} was placed`,
    completed: `Your order ${ID} is paid and being packed`,
    failed: `Your order ${ID} could not be fulfilled`,
    cancelled: `Your order ${ID} was cancelled`,
    shipped: `Your order ${ID} is on its way`,
    delivered: `Your order ${ID} was delivered`,
    refunded: `Your order ${ID} has a refund of $5.50`,
  },
  "de-DE": {
    placed: `Ihre Bestellung ${ID} ist eingegangen`,
    completed: `Ihre Bestellung ${ID} ist bezahlt und wird gepackt`,
    failed: `Ihre Bestellung ${ID} kann nicht ausgeführt werden`,
    cancelled: `Ihre Bestellung ${ID} wurde storniert`,
    shipped: `Ihre Bestellung ${ID} ist unterwegs`,
    delivered: `Ihre Bestellung ${ID} wurde zugestellt`,
    refunded: `Erstattung von 5,50\u00a0$ zu Ihrer Bestellung ${ID}`,
  },
};
const KINDS = Object.keys(SUBJECTS["en-US"] ?? {}) as MailKind[];
const kinds = fc.constantFrom(...KINDS);
const placed = fc
  .tuple(order, catalogue, fc.constantFrom("en-US", "de"))
  .map(([{ totalAmount: _, ...request }, prices, locale]) =>
    newOrder(ID, AT, request, priceOrder(request, prices, "USD"), { locale }),
  );

function anOrder(changes: Partial<Order> = {}): Order {
  const items = [{ productId: "PROD-001", quantity: 2 }];
  const priced = priceOrder({ items }, new Map([["PROD-001", { name: "Laptop stand", priceMinor: 123456 }]]), "USD");
  return { ...newOrder(ID, AT, { customerEmail: "ada@example.com", items }, priced), ...changes };
}

function render(kind: MailKind, order: Order, more: Partial<Reported> = {}) {
  return mail(kind, { order, event: {}, isDemo: false, ...more }, BRAND);
}

const REFUNDED: PaymentRecord = { status: "VOIDED", amountMinor: 10_997, refundedMinor: 10_997 };
const DISPUTED: PaymentRecord = { status: "VOIDED", amountMinor: 10_997, isDisputed: true };

describe("Emails and text messages to customers", () => {
  for (const [locale, subjects] of Object.entries(SUBJECTS)) {
    for (const [kind, subject] of Object.entries(subjects) as [MailKind, string][]) {
      it(`report in ${locale}: ${subject}`, () => {
        const order = anOrder({ locale });

        const written = render(kind, order, { event: REFUND });
        const texted = sms(kind, { order, event: REFUND });

        expect(written.subject).to.equal(subject);
        expect(written.text).to.include(`${subject}.`);
        expect(written.html)
          .to.include(`<h1>${subject.replace(` ${ID}`, "")}</h1>`)
          .and.include(ID);
        expect(texted).to.equal(`${subject}.`);
      });
    }
  }

  it("list the products and prices, the date and the address as the customer's locale has them", () => {
    const shippingAddress = { street: "Torstr. 1", city: "Berlin", state: "BE", zipCode: "10115", country: "DEU" };
    const order = anOrder({ customerName: "Ada", shippingAddress, locale: "de-DE" });

    const { text, html } = render("shipped", order);

    expect(text).to.match(/^Guten Tag Ada,\n\n/);
    expect(text).to.include(
      `Bestellung ${ID}, 15. Januar 2026\n2 × Laptop stand: 2.469,12\u00a0$\nSumme: 2.469,12\u00a0$\n`,
    );
    expect(text).to.include("Lieferadresse\nAda\nTorstr. 1\nBerlin BE 10115\nDeutschland\n");
    expect(html).to.include("<td>2 × Laptop stand</td><td>2.469,12\u00a0$</td>").and.include("Torstr. 1<br />");
  });

  it("are from the shop: its name, and how to reach it", () => {
    const { text, html } = render("placed", anOrder());

    expect(text).to.include("Tea & Co").and.include("help@example.com");
    expect(html).to.include("Tea &amp; Co").and.include("help@example.com").and.not.include("<img");
  });

  it("show the shop's logo and color, with text that can be read on it", () => {
    const brand = { shopName: "Tea & Co", logoUrl: "https://example.com/logo.png", color: "#ffe066" };

    const { html } = mail("placed", { order: anOrder(), event: {}, isDemo: false, orderUrl: "https://x.test/" }, brand);

    expect(html).to.include('alt="Tea &amp; Co"').and.include("logo.png");
    expect(html).to.include("background:#ffe066;color:#000000");
  });

  it("link to the order if the site's address is known", () => {
    const orderUrl = `https://shop.example.com/order.html#${ID}&token=a.b`;

    const [linked, plain] = [render("placed", anOrder(), { orderUrl }), render("placed", anOrder())];

    expect(linked.text).to.include(`View your order: ${orderUrl}\n`);
    expect(linked.html).to.include(">View your order</a>").and.include("&amp;token");
    expect(plain.html).to.not.include("<a ");
  });

  for (const [currency, total] of [
    ["JPY", "¥246,912"],
    ["KWD", "KWD\u00a0246.912"],
  ]) {
    it(`write amounts in ${currency} with its decimal places`, () => {
      const { text } = render("completed", anOrder({ currency: `${currency}` }));

      expect(text).to.include(`2 × Laptop stand: ${total}\n`).and.include(`payment of ${total} went`);
    });
  }

  for (const kind of ["failed", "cancelled"] as const) {
    it(`say of an order that was ${kind} what really became of the money`, () => {
      const event = kind === "failed" ? { reason: "UNAVAILABLE" as const } : {};

      const texts = [undefined, { ...REFUNDED, refundedMinor: 0 }, REFUNDED, DISPUTED].map(
        (payment) => render(kind, anOrder(), { event, payment }).text,
      );

      const told = texts.map((text) =>
        text.match(/You weren't charged|We refunded \S+\d|Your bank has taken/g)?.join(),
      );
      expect(told).to.deep.equal([
        ...["You weren't charged", "You weren't charged"],
        ...["We refunded $109.97", "Your bank has taken"],
      ]);
    });
  }

  it("say that a demo charges nobody, and only of a demo", () => {
    for (const kind of KINDS) {
      const { text, html } = render(kind, anOrder(), { isDemo: true });

      expect(text).to.include("This is a demo shop: nothing is charged");
      expect(html).to.include("This is a demo shop: nothing is charged");
      expect(render(kind, anOrder()).text).not.to.include("demo");
    }
  });

  it("explain why an order failed, in words for customers of each language", () => {
    for (const locale of Object.keys(SUBJECTS)) {
      const texts = FAILURE_REASONS.map((reason) => render("failed", anOrder({ locale }), { event: { reason } }).text);

      expect(new Set(texts).size).to.equal(FAILURE_REASONS.length);
      for (const text of texts) expect(text).not.to.match(new RegExp(FAILURE_REASONS.join("|")));
    }
  });

  it("escape names in HTML", () => {
    const name = `<script>alert("1")</script> & 'Co'`;
    const { items, ...rest } = anOrder({ customerName: name });
    const { html, text } = render("shipped", { ...rest, items: items.map((line) => ({ ...line, name })) });

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
        fc.string({ unit: fc.constantFrom("<", ">", "&", "'", '"', "{", "}", "a", "\n") }),
        (kind, customerName) => {
          const { html, subject } = render(kind, anOrder({ customerName }));

          expect(tags(html)).to.deep.equal(tags(render(kind, anOrder()).html));
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

        expect(JSON.stringify([render(kind, secret), sms(kind, { order: secret, event: {} })])).not.to.include(
          "secret",
        );
      }),
    );
  });

  it("contain nothing that the customer typed before the order is paid, or where nobody pays", () => {
    const won = "You have won! Claim it at https://evil.example";
    const shippingAddress = { street: won, city: won, state: won, zipCode: won, country: "US" };
    const order = anOrder({ customerId: won, customerName: won, paymentMethod: won, shippingAddress });
    const unpaid = ["placed", "failed", "cancelled"] as const;

    const all = [
      ...unpaid.map((kind) => render(kind, order, { payment: REFUNDED })),
      ...KINDS.map((kind) => render(kind, order, { event: REFUND, isDemo: true })),
      ...KINDS.map((kind) => sms(kind, { order, event: REFUND })),
    ];

    expect(JSON.stringify(all)).to.not.match(/won|evil/);
    expect(render("completed", order).text).to.include(won);
  });
});
