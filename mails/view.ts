import type { OrderEvent } from "../domain/events.ts";
import { DEFAULT_LOCALE, type LanguageCode, languageOf } from "../domain/locale.ts";
import { type MailKind, mayQuoteCustomer } from "../domain/mails.ts";
import { formatMoney, fromMinor } from "../domain/money.ts";
import type { Order } from "../domain/order.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import { ledgerOf } from "../domain/payment-ledger.ts";
import { addressLines } from "./address-lines.ts";
import { type Brand, textColorOn } from "./brand.ts";
import { de } from "./languages/de.ts";
import { en } from "./languages/en.ts";
import type { Facts, Language, Words } from "./languages/language.ts";

const LANGUAGES: Readonly<Record<LanguageCode, Language>> = { en, de };

/** An order, and what an email or a text message has to say of it. */
export interface Reported {
  order: Order;
  /** What became of the money of an order that was undone. */
  payment?: PaymentRecord | undefined;
  /** The event: why the order failed, or what was refunded. */
  event: Pick<OrderEvent, "reason" | "refund">;
  /** Whether the payment is simulated: then the mail says that nobody is charged. */
  isDemo: boolean;
  /** The order's page, with its token. Absent if the site's address is unknown. */
  orderUrl?: string | undefined;
}

/** What a mail or a text message says of its order, in the customer's language. */
export function wordsOf(
  kind: MailKind,
  { order, payment, event }: Pick<Reported, "order" | "payment" | "event">,
): Words {
  const { currency, locale = DEFAULT_LOCALE } = order;
  const money = moneyOf(order);
  const { chargedMinor, refundedMinor, disputedMinor } = ledgerOf(payment);
  const inAll = refundedMinor > 0 && money(refundedMinor);
  const refunded = event.refund ? formatMoney(event.refund.amount, currency, locale) : inAll;
  const facts: Facts = {
    order: order.orderId,
    total: money(order.totalMinor),
    ...(refunded && { refunded }),
    isCharged: chargedMinor > 0,
    isDisputed: disputedMinor > 0,
    ...(event.reason !== undefined && { reason: event.reason }),
  };
  return LANGUAGES[languageOf(locale)].mails[kind](facts);
}

/** Writes an order's amounts, which are minor units, as its customer's locale has them. */
function moneyOf({ currency, locale = DEFAULT_LOCALE }: Order): (minor: number) => string {
  return (minor) => formatMoney(fromMinor(minor, currency), currency, locale);
}

/** What the templates show. Texts that the customer chose are in it only where they may leave the shop. */
export function viewOf(kind: MailKind, reported: Reported, brand: Brand) {
  const { order, orderUrl, isDemo } = reported;
  const { locale = DEFAULT_LOCALE } = order;
  const code = languageOf(locale);
  const language = LANGUAGES[code];
  const { subject, sentences } = wordsOf(kind, reported);
  const customer = mayQuoteCustomer(kind, isDemo) ? order : undefined;
  const address = customer && addressLines(customer, locale);
  const money = moneyOf(order);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(order.createdAt),
  );
  return {
    language: code,
    brand: { ...brand, textColor: textColorOn(brand.color) },
    subject,
    title: subject.replace(` ${order.orderId}`, ""),
    preview: sentences[0],
    greeting: language.greeting(customer?.customerName),
    sentences,
    ordered: language.ordered(order.orderId, date),
    lines: order.items.map(({ name, quantity, unitPriceMinor }) => ({
      product: `${quantity} × ${name}`,
      amount: money(quantity * unitPriceMinor),
    })),
    total: { label: language.total, amount: money(order.totalMinor) },
    ...(orderUrl !== undefined && { button: { label: language.button, url: orderUrl } }),
    ...(address?.length && { address: { label: language.address, lines: address } }),
    ...(isDemo && { demo: language.demo }),
    ...(brand.supportEmail && { contact: language.contact(brand.supportEmail) }),
  };
}
