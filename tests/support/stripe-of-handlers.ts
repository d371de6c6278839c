import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { after, before, beforeEach } from "mocha";
import Stripe from "stripe";
import { StripeDouble } from "./stripe-double.ts";

/** The gateway that functions are configured for, and whether they have Stripe's key. */
type Deployed = "simulated" | "simulated with a key" | "stripe";

/** Stripe, as the handlers of this process see it. */
export interface HandlersStripe {
  /** The double that answers in the present test. */
  double: StripeDouble;
  /** Configures the handlers, as a deployment does. */
  deploy(gateway: Deployed): void;
}

/** Lets the handlers of the calling suite pay through doubles of Stripe's, a new one for each test. Call it after `useTable`. */
export function useStripe(): HandlersStripe {
  const secrets = mockClient(SecretsManagerClient);
  const network = Object.getPrototypeOf(Stripe.createNodeHttpClient()) as Stripe.HttpClient;
  const { makeRequest } = network;
  const { PAYMENT_GATEWAY, STRIPE_SECRET_ARN } = process.env;

  const stripe: HandlersStripe = {
    double: new StripeDouble(),
    deploy(gateway) {
      setEnvironment(gateway.startsWith("simulated") ? "simulated" : gateway, gateway === "simulated" ? "" : "arn:key");
    },
  };

  before(() => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: "sk_test_123" });
    network.makeRequest = (...request) => stripe.double.httpClient().makeRequest(...request);
  });

  beforeEach(() => {
    stripe.double = new StripeDouble();
  });

  after(() => {
    secrets.restore();
    network.makeRequest = makeRequest;
    setEnvironment(PAYMENT_GATEWAY, STRIPE_SECRET_ARN);
  });

  return stripe;
}

function setEnvironment(gateway = "", key = ""): void {
  process.env.PAYMENT_GATEWAY = gateway;
  process.env.STRIPE_SECRET_ARN = key;
}
