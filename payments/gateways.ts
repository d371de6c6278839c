import { readSecret } from "../aws/secrets.ts";
import { Failure } from "../domain/failure.ts";
import { environment } from "../handlers/lib/environment.ts";
import type { GatewayName, PaymentGateway } from "./port.ts";
import { simulatedGateway } from "./simulated.ts";

/** The payment provider that the configuration names, for payments that nobody has begun. */
export function configuredGateway(): GatewayName {
  const name = environment("PAYMENT_GATEWAY");
  if (name === "simulated" || name === "stripe") return name;
  throw new Error(`PAYMENT_GATEWAY must be simulated or stripe, but is ${name}.`);
}

let stripe: Promise<PaymentGateway> | undefined;

/**
 * A payment provider. Stripe's client is made once for each function instance.
 *
 * @throws Failure `GatewayError` where this function can't reach it: it has no key.
 */
export async function paymentGateway(name: GatewayName): Promise<PaymentGateway> {
  if (name === "simulated") return simulatedGateway;
  const { STRIPE_SECRET_ARN } = process.env;
  if (!STRIPE_SECRET_ARN) throw new Failure("GatewayError", NO_KEY);
  stripe ??= openStripe(STRIPE_SECRET_ARN).catch((error) => {
    // The next call tries again.
    stripe = undefined;
    throw error;
  });
  return stripe;
}

async function openStripe(secretArn: string): Promise<PaymentGateway> {
  // Loaded only where it is used: it is the largest part of the bundle.
  const { stripeClient, stripeGateway } = await import("./stripe.ts");
  return stripeGateway(stripeClient(await readSecret(secretArn)));
}

const NO_KEY =
  "The payment was made through stripe, but this function is configured for simulated, and has no key of Stripe's. " +
  "Set stripeSecretKey, and deploy.";
