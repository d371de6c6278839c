// Cards by Stripe: its own form, and the questions of the customer's bank. Only shops that take cards load this file, and it
// imports nothing that the pages have: their common script would be split in two, and each page would load one more file.

import { loadStripe } from "@stripe/stripe-js";
import { toStripeAmount } from "../../domain/stripe-amounts.ts";

/** A ConfirmationToken of Stripe, or a sentence for the customer that says why there is none. */
type NewCard = { paymentMethod: string } | { error: string };

/** Stripe's form for a card. */
export interface CardForm {
  /** Sends the card to Stripe. @param amountMinor - What will be charged, in minor units. */
  newCard(amountMinor: number): Promise<NewCard>;
}

const NOT_LOADED =
  "The card form can’t be loaded. Check your connection, and whether your browser blocks js.stripe.com; then try again.";

/**
 * Opens Stripe's form for a card.
 *
 * @param element - Where it is shown.
 * @param key - Stripe's publishable key.
 * @param amountMinor - What will probably be charged, in minor units.
 * @param currency - ISO 4217.
 */
export function openCardForm(element: HTMLElement, key: string, amountMinor: number, currency: string): CardForm {
  const stripeAmount = (minor: number) => toStripeAmount(minor, currency) ?? minor;
  let mounting: ReturnType<typeof mount> | undefined;

  async function mount() {
    element.textContent = "Loading the card form…";
    const stripe = await openStripe(key);
    const elements = stripe.elements({
      mode: "payment",
      amount: stripeAmount(amountMinor),
      currency: currency.toLowerCase(),
      // As the PaymentIntents that the API creates.
      allowedPaymentMethodTypes: ["card"],
      appearance: { theme: matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe" },
    });
    element.textContent = "";
    elements.create("payment").mount(element);
    return { stripe, elements };
  }

  async function mounted() {
    mounting ??= mount();
    try {
      return await mounting;
    } catch (error) {
      mounting = undefined;
      element.textContent = NOT_LOADED;
      throw error;
    }
  }

  mounted().catch(() => {});
  return {
    async newCard(minor) {
      try {
        const { stripe, elements } = await mounted();
        elements.update({ amount: stripeAmount(minor) });
        const { error: wrongEntry } = await elements.submit();
        if (wrongEntry) return { error: wrongEntry.message ?? "Please check the card." };
        const { confirmationToken, error } = await stripe.createConfirmationToken({ elements });
        if (error) return { error: error.message ?? "Stripe can’t accept this card. Please try another one." };
        return { paymentMethod: confirmationToken.id };
      } catch {
        return { error: NOT_LOADED };
      }
    },
  };
}

/**
 * Lets the customer's bank ask them, in a dialog of Stripe or on a page of the bank.
 *
 * @param key - Stripe's publishable key.
 * @returns Why the question was not answered, as a sentence, if it wasn't. Only the API knows what came of it.
 */
export async function askBank(key: string, clientSecret: string): Promise<string | undefined> {
  try {
    const { error } = await (await openStripe(key)).handleNextAction({ clientSecret });
    return error && (error.message ?? "Your bank did not confirm the payment.");
  } catch {
    return "Your bank can’t be asked right now. Check your connection, and try again.";
  }
}

async function openStripe(key: string) {
  const stripe = await loadStripe(key);
  if (!stripe) throw new Error("Stripe.js needs a browser.");
  return stripe;
}
