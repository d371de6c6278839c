import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { readSecret } from "../aws/secrets.ts";
import { Failure } from "../domain/failure.ts";
import { once } from "../domain/once.ts";
import { type GatewayName, gatewayOf, type PaymentRecord } from "../domain/payment.ts";
import type { OrdersTable } from "../store/table.ts";
import type { PaymentGateway } from "./port.ts";
import { simulatedGateway } from "./simulated.ts";

/** Configuration of the gateways. */
export interface GatewayConfiguration {
  /** The gateway for new payments. */
  gateway: GatewayName;
  /** ARN of the secret that holds Stripe's key; empty or missing if there is none. */
  stripeSecretArn?: string | undefined;
  /** The website's address, without a slash at its end, if it is known. */
  siteUrl?: string | undefined;
  /** Reads the secret. */
  secrets: SecretsManagerClient;
  /** `<project>/<stage>`, for the metadata of payments. */
  stack: string;
  /** The table in which the simulated gateway keeps its charges. */
  db: OrdersTable;
}

/** The payment gateways of a function instance. Stripe's client is created once, on first use. */
export class PaymentGateways {
  private readonly configuration: GatewayConfiguration;
  private readonly stripe: () => Promise<PaymentGateway>;

  constructor(configuration: GatewayConfiguration) {
    this.configuration = configuration;
    this.stripe = once(() => openStripe(configuration));
  }

  /**
   * The gateway that has to handle a payment. The one that started it finishes it, even if another is configured now: the
   * customer may have been charged there.
   */
  nameFor(payment: PaymentRecord | undefined): GatewayName {
    return gatewayOf(payment) ?? this.configuration.gateway;
  }

  /** Opens a gateway. @throws Failure `GatewayError` if it is Stripe, and the function has no key. */
  async open(name: GatewayName): Promise<PaymentGateway> {
    if (name === "simulated") return simulatedGateway(this.configuration.db);
    if (!this.configuration.stripeSecretArn) throw new Failure("GatewayError", NO_KEY, { isOurs: true });
    return this.stripe();
  }
}

async function openStripe(configuration: GatewayConfiguration): Promise<PaymentGateway> {
  const { secrets, stripeSecretArn = "", stack, siteUrl } = configuration;
  // Loaded only when used: it is the largest part of the bundle.
  const { stripeClient, stripeGateway } = await import("./stripe.ts");
  return stripeGateway(stripeClient(await readSecret(secrets, stripeSecretArn)), { stack, siteUrl });
}

const NO_KEY =
  "The payment was made through stripe, but this function is configured for simulated and has no Stripe key. " +
  "Set stripeSecretKey and deploy.";
