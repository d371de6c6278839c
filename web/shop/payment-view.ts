// What an order's page shows while the order waits for its customer: their bank's question, and a form for another card. Only
// such an order loads this file, and it imports nothing that the pages have: their common script would be split in two.

import type { PublicOrder } from "../../domain/contract/responses.ts";
import type { ApiResult } from "./api.ts";
import type { CardForm } from "./card.ts";
import type { Stored } from "./stored.ts";

/** What the page of an order does for its payment. */
export interface PaymentPage {
  /** The order's total as customers read it, and in minor units. */
  total: string;
  totalMinor: number;
  /** Until when the order waits, as customers read it. */
  until: string;
  /** The order's address with its token, for another device. */
  privateLink: string;
  /** Stripe's publishable key, if the shop takes cards. */
  stripeKey: string | undefined;
  /** Pays by another method; without one, has the API look whether the customer has answered their bank. */
  pay(paymentMethod?: string): Promise<ApiResult<PublicOrder>>;
  /** Shows the order as it is now. */
  refresh(): void;
  /** The latest try for which this tab has asked the bank by itself. After a reload, the customer presses a button. */
  askedBank: Stored<string>;
}

type Awaited = NonNullable<PublicOrder["payment"]>;

const REASONS: Readonly<Record<NonNullable<Awaited["declineReason"]>, string>> = {
  PAYMENT_DECLINED: "The bank declined this payment. You have not been charged.",
  INSUFFICIENT_FUNDS: "There isn’t enough money on this card for the order. You have not been charged.",
};

const ASKED = "Your bank wants to be sure that it is you who pays. You have not been charged yet.";
/** Stripe takes no other card while the bank asks about one. */
const REFUSE_FIRST = " To pay with another card, refuse this payment.";

let shown: { order: PublicOrder; page: PaymentPage } | undefined;
let cardForm: CardForm | undefined;
let isBusy = false;
let hasLooked = false;

/** Shows how the customer can pay for an order that waits for them. */
export function showPayment(order: PublicOrder, page: PaymentPage): void {
  if (!shown) listen();
  shown = { order, page };
  // What this page waited for may have come from another device.
  setBusy("");
  const { status, declineReason, triesLeft = 0 } = order.payment ?? {};
  const isAsked = status === "ACTION_REQUIRED";
  const mustRefuseFirst = isAsked && page.stripeKey !== undefined;
  element("payment-title").textContent = isAsked ? "Confirm with your bank" : "Pay with another card";
  element("payment-text").textContent = isAsked
    ? ASKED + (mustRefuseFirst ? REFUSE_FIRST : "")
    : declineReason
      ? REASONS[declineReason]
      : "";
  element("payment-limits").textContent = `${triesText(triesLeft)} Until ${page.until}, we keep your items for you.`;
  element("bank").hidden = !isAsked;
  element("other-card").hidden = triesLeft === 0 || mustRefuseFirst;
  element("other-card-title").hidden = !isAsked;
  element("pay").textContent = `Pay ${page.total}`;
  // The clipboard is available only on pages loaded over HTTPS.
  element("copy-private-link").hidden = !isSecureContext;
  element("payment").hidden = false;
  if (page.stripeKey !== undefined && !mustRefuseFirst) void showCardForm(page.stripeKey);
  if (isAsked && page.stripeKey !== undefined) askByItself(order, page);
}

function triesText(tries: number): string {
  if (tries === 0) return "You can’t try another card.";
  return `You can try ${tries} more ${tries === 1 ? "card" : "cards"}.`;
}

function listen(): void {
  element("other-card").addEventListener("submit", (event) => {
    event.preventDefault();
    void payByOtherCard();
  });
  for (const button of element("bank").querySelectorAll("button")) {
    button.addEventListener("click", () => void answerBank(button.value));
  }
  element("copy-private-link").addEventListener("click", async () => {
    await navigator.clipboard.writeText(shown?.page.privateLink ?? "");
    element("payment-status").textContent = "The link has been copied. Whoever has it can pay for this order.";
  });
}

async function showCardForm(key: string): Promise<CardForm> {
  const { openCardForm } = await import("./card.ts");
  const { order, page } = required(shown);
  cardForm ??= openCardForm(element("card"), key, page.totalMinor, order.currency);
  return cardForm;
}

async function payByOtherCard(): Promise<void> {
  await whileBusy("Paying…", async ({ stripeKey, totalMinor, pay }) => {
    const chosen = new FormData(element<HTMLFormElement>("other-card")).get("paymentMethod");
    const card =
      stripeKey === undefined
        ? { paymentMethod: String(chosen) }
        : await (await showCardForm(stripeKey)).newCard(totalMinor);
    return "error" in card ? card.error : failureOf(await pay(card.paymentMethod));
  });
}

/** @param answer - A test value. Without one, the bank is asked. */
async function answerBank(answer: string): Promise<void> {
  await whileBusy("Waiting for your bank…", async ({ stripeKey, pay }, { payment }) => {
    if (stripeKey === undefined) return failureOf(await pay(answer));
    const { askBank } = await import("./card.ts");
    const unanswered = await askBank(stripeKey, payment?.clientSecret ?? "");
    return failureOf(await pay()) ?? unanswered;
  });
}

function askByItself({ payment }: PublicOrder, { pay, askedBank }: PaymentPage): void {
  const asked = `${payment?.clientSecret} ${payment?.triesLeft}`;
  const isAskedAgain = askedBank.get() === asked;
  askedBank.set(asked);
  if (!isAskedAgain) void answerBank("");
  // The customer may come back from their bank's page, having answered.
  else if (!hasLooked) void pay();
  hasLooked = true;
}

/** @param act - Returns what went wrong, as a sentence. */
async function whileBusy(
  status: string,
  act: (page: PaymentPage, order: PublicOrder) => Promise<string | undefined>,
): Promise<void> {
  if (isBusy) return;
  const { page, order } = required(shown);
  setBusy(status);
  const error = await act(page, order).catch(() => NOT_RESPONDING);
  setBusy("");
  element("payment-error").textContent = error ?? "";
  // The button that was pressed is about to disappear.
  if (error === undefined) element("headline").focus();
  page.refresh();
}

function setBusy(status: string): void {
  isBusy = status !== "";
  element("payment-status").textContent = status;
  if (isBusy) element("payment-error").textContent = "";
  for (const button of element("payment").querySelectorAll("button")) button.ariaDisabled = String(isBusy);
}

const NOT_RESPONDING = "The shop isn’t responding. Try again: you can’t be charged twice.";

function failureOf(result: ApiResult<PublicOrder>): string | undefined {
  if (result.ok) return undefined;
  // The order has gone on meanwhile: on another device, or because its time is over. The page shows it in a moment.
  if (result.status === 409) return undefined;
  if (result.status === 404) return "This link can’t pay for the order any more.";
  return result.status === 400 ? (result.problem?.detail ?? NOT_RESPONDING) : NOT_RESPONDING;
}

function element<T extends HTMLElement = HTMLElement>(id: string): T {
  return required(document.getElementById(id)) as T;
}

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("The page has no payment to show.");
  return value;
}
