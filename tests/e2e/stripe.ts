import { expect } from "chai";
import { after, afterEach, before, beforeEach } from "mocha";
import type { BrowserContext, Page } from "playwright-core";
import { serveStripe } from "../support/serve-stripe.ts";
import type { TestStack } from "../support/stack.ts";
import { StripeDouble } from "../support/stripe-double.ts";
import { type StripeMock, startStripeMock } from "../support/stripe-mock.ts";
import type { Visitor } from "./browser.ts";

/** Stripe's test cards, and the payment methods as which the double knows them. Source: https://docs.stripe.com/testing */
const CARDS: Readonly<Record<string, string>> = {
  "4242 4242 4242 4242": "pm_card_visa",
  "4000 0000 0000 9995": "pm_card_chargeDeclinedInsufficientFunds",
  "4000 0027 6000 3184": "pm_card_authenticationRequired",
};

/**
 * What js.stripe.com serves to the page: as much of Stripe.js as the pages use, with a plain field instead of Stripe's frame,
 * and a plain question of the bank. Bindings lead to the double of the API.
 */
const SCRIPT = `
  window.Stripe = (key) => {
    if (!key.startsWith("pk_test_")) throw new Error("Unknown key: " + key);
    return {
      elements({ mode, amount, currency, allowedPaymentMethodTypes: types }) {
        if (mode !== "payment" || !(amount > 0) || !/^[a-z]{3}$/.test(currency) || types.join() !== "card") throw new Error("Invalid");
        const number = document.createElement("input");
        number.ariaLabel = "Card number";
        return {
          number,
          create: () => ({ mount: (element) => element.append(number) }),
          update(options) { amount = options.amount; },
          submit: async () => number.value ? {} : { error: { message: "Your card number is incomplete." } },
        };
      },
      createConfirmationToken: async ({ elements: { number } }) => ({
        confirmationToken: { id: await stripeToken(number.value) },
      }),
      handleNextAction: ({ clientSecret }) => new Promise((resolve) => {
        if (!clientSecret.includes("_secret")) throw new Error("Invalid client secret: " + clientSecret);
        const dialog = document.createElement("dialog");
        dialog.ariaLabel = "Your bank";
        for (const answer of ["Complete", "Fail"]) {
          const button = document.createElement("button");
          button.textContent = answer;
          button.onclick = async () => {
            dialog.remove();
            await stripeBank(answer === "Complete");
            resolve(answer === "Complete" ? { paymentIntent: {} } : { error: { message: "We are unable to authenticate." } });
          };
          dialog.append(button);
        }
        document.body.append(dialog);
        dialog.showModal();
      }),
    };
  };
  window.Stripe.version = "endive";`;

/** Serves a double of Stripe.js to a browser profile. */
export async function serveStripeScript(profile: BrowserContext, double: StripeDouble): Promise<void> {
  await profile.route("https://js.stripe.com/endive/stripe.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: SCRIPT }),
  );
  await profile.exposeFunction("stripeToken", (number: string) => double.confirmationToken(CARDS[number] ?? number));
  await profile.exposeFunction("stripeBank", (passes: boolean) => double.answerBank(passes));
}

/**
 * Lets a suite's stack charge at a double of Stripe's API, and its visitors' pages load a double of Stripe.js. A test fails if
 * stripe-mock refused a request.
 *
 * @example
 * const double = useStripe(stack, visitor);
 */
export function useStripe(stack: () => TestStack, visitor: () => Visitor): StripeDouble {
  const double = new StripeDouble();
  let mock: StripeMock | undefined;
  let rejected: string[] = [];

  before("connect Stripe", async () => {
    mock = await startStripeMock();
    rejected = await serveStripe(double, ["process-payments"], stack(), mock.endpoint);
  });
  beforeEach("serve Stripe.js", () => serveStripeScript(visitor().context, double));
  afterEach("check that every request to Stripe was valid", () => expect(rejected).to.deep.equal([]));
  after("stop stripe-mock", () => mock?.stop());
  return double;
}

/** Types a card's number into Stripe's form. */
export async function enterCard(page: Page, number: keyof typeof CARDS): Promise<void> {
  await page.getByLabel("Card number").fill(number);
}
