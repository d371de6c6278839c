import type { PaymentGateway } from "../../../orders/payments.ts";
import { environment } from "../environment.ts";
import { readSecret } from "../secret.ts";
import { simulatedGateway } from "./simulated.ts";

let gateway: Promise<PaymentGateway> | undefined;

/** The payment provider that the configuration names. Made once for each function instance. */
export function paymentGateway(): Promise<PaymentGateway> {
  gateway ??= choose().catch((error) => {
    // The next call tries again.
    gateway = undefined;
    throw error;
  });
  return gateway;
}

async function choose(): Promise<PaymentGateway> {
  const name = environment("PAYMENT_GATEWAY");
  if (name === "simulated") return simulatedGateway;
  if (name !== "stripe") throw new Error(`PAYMENT_GATEWAY must be simulated or stripe, but is ${name}.`);
  // Loaded only where it is used: it is the largest part of the bundle.
  const { stripeClient, stripeGateway } = await import("./stripe.ts");
  return stripeGateway(stripeClient(await readSecret(environment("STRIPE_SECRET_ARN"))));
}
