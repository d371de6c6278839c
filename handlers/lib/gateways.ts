import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CLIENT_OPTIONS } from "../../aws/client-options.ts";
import type { GatewayName } from "../../domain/payment.ts";
import { PaymentGateways } from "../../payments/gateways.ts";
import { db } from "./db.ts";
import { environment } from "./environment.ts";

/** The payment gateways of this function. */
export const gateways = new PaymentGateways({
  get gateway() {
    return gatewayName(environment("PAYMENT_GATEWAY"));
  },
  get stripeSecretArn() {
    return process.env.STRIPE_SECRET_ARN;
  },
  get siteUrl() {
    return process.env.SITE_URL;
  },
  get stack() {
    return environment("STACK");
  },
  secrets: new SecretsManagerClient(CLIENT_OPTIONS),
  db,
});

function gatewayName(name: string): GatewayName {
  if (name === "simulated" || name === "stripe") return name;
  throw new Error(`PAYMENT_GATEWAY must be simulated or stripe, but is ${name}.`);
}
