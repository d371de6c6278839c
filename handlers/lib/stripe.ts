import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CLIENT_OPTIONS } from "../../aws/client-options.ts";
import { readSecret } from "../../aws/secrets.ts";
import { once } from "../../domain/once.ts";
import { stripeClient } from "../../payments/stripe.ts";
import { environment } from "./environment.ts";

const secrets = new SecretsManagerClient(CLIENT_OPTIONS);

/** Stripe's client of this function instance. */
export const stripe = once(async () => stripeClient(await readSecret(secrets, environment("STRIPE_SECRET_ARN"))));
