import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { readSecret } from "../aws/secrets.ts";
import { once } from "../domain/once.ts";
import { Problem } from "../domain/problem.ts";
import { verifiedEvent, webhookMessage } from "../payments/stripe-webhooks.ts";
import { endpoint } from "./lib/endpoint.ts";
import { environment } from "./lib/environment.ts";

const sqs = new SQSClient(CLIENT_OPTIONS);
const secretsManager = new SecretsManagerClient(CLIENT_OPTIONS);

/** The largest accepted body, in bytes. Stripe's are a few kilobytes. */
const MAX_BODY_BYTES = 256 * 1_024;

const secrets = once(async () => {
  const json = await readSecret(secretsManager, environment("WEBHOOK_SECRET_ARN"));
  const { current, previous } = JSON.parse(json) as { current: string; previous?: string };
  return [current, ...(previous === undefined ? [] : [previous])];
});

/** Answers Stripe's reports at once, and puts them into a queue, where they wait for their turn. */
export const handler = endpoint("POST /webhooks/stripe", async (request) => {
  const body = request.text(MAX_BODY_BYTES);
  const event = verifiedEvent(body, request.header("Stripe-Signature") ?? "", await secrets());
  if (!event)
    throw new Problem("bad-request", "The request has no valid signature of Stripe's, or is older than five minutes.");
  const message = webhookMessage(event);
  if (message) {
    const send = { QueueUrl: environment("QUEUE_URL"), MessageBody: JSON.stringify(message) };
    await sqs.send(new SendMessageCommand(send));
  }
  return { status: 200, body: { received: true }, outcome: message ? "queued" : "ignored" };
});
