import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { pick } from "es-toolkit";
import type { BrowserContext, Page } from "playwright-core";
import { functionName, preload } from "../support/functions.ts";
import type { TestStack } from "../support/stack.ts";
import type { StripeDouble } from "../support/stripe-double.ts";

/** Stripe's test cards, and the payment methods as which the double knows them. Source: https://docs.stripe.com/testing */
const CARDS: Readonly<Record<string, string>> = {
  "4242 4242 4242 4242": "pm_card_visa",
  "4000 0000 0000 9995": "pm_card_chargeDeclinedInsufficientFunds",
  "4000 0027 6000 3184": "pm_card_authenticationRequired",
};

/** Sends a function's requests to Stripe to a double. Runs before the function's own code. */
const REDIRECTION = `data:text/javascript,${encodeURIComponent(`
  import http from "node:http";
  import https from "node:https";
  import { syncBuiltinESMExports } from "node:module";
  const { hostname, port } = new URL(process.env.STRIPE_DOUBLE);
  const { request } = https;
  https.request = (options, ...rest) =>
    options.host === "api.stripe.com"
      ? http.request({ ...options, host: hostname, port, agent: undefined }, ...rest)
      : request(options, ...rest);
  syncBuiltinESMExports();
`)}`;

/**
 * Lets a stack charge at a double of Stripe's API, until the stack is destroyed.
 *
 * @param validator - Base URL of a server that must accept every request, too.
 * @returns Why it did not accept requests.
 */
export async function serveStripe(double: StripeDouble, validator: string, stack: TestStack): Promise<string[]> {
  const failures: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await forward(incoming, double, validator);
      const body = JSON.stringify(await response.toJSON());
      outgoing.writeHead(response.getStatusCode(), { "content-type": "application/json" }).end(body);
    } catch (error) {
      failures.push(String(error));
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.ended.addEventListener("abort", () => {
    server.close();
    server.closeAllConnections();
  });
  const STRIPE_DOUBLE = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await preload(await functionName("process-payments", stack.awsClient), REDIRECTION, { STRIPE_DOUBLE }, stack);
  return failures;
}

async function forward(incoming: IncomingMessage, double: StripeDouble, validator: string) {
  const { method = "", url = "" } = incoming;
  const headers = pick(incoming.headers, ["authorization", "content-type", "idempotency-key", "stripe-version"]);
  const body = await text(incoming);
  const client = double.httpClient(validator);
  return client.makeRequest(
    "api.stripe.com",
    "443",
    url,
    method,
    headers as Record<string, string>,
    body,
    "https",
    60_000,
  );
}

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

/** Types a card's number into Stripe's form. */
export async function enterCard(page: Page, number: keyof typeof CARDS): Promise<void> {
  await page.getByLabel("Card number").fill(number);
}
