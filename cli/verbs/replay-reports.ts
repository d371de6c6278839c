import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQS } from "@aws-sdk/client-sqs";
import { chunk } from "es-toolkit";
import { readSecret } from "../../aws/secrets.ts";
import { stripeClient } from "../../payments/stripe.ts";
import { undeliveredEvents, type WebhookMessage, webhookMessage } from "../../payments/stripe-webhooks.ts";
import type { Context, Report } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { counted } from "../output/counted.ts";

/** SQS's maximum. */
const BATCH_SIZE = 10;

/** Puts what Stripe could not report into the queue of its reports. @throws CommandFailure if the stack has none. */
export async function replayReports({ stack, options }: Context<{ since: number }>): Promise<Report> {
  const { awsClient, output, outputs, name } = await stack();
  if (outputs.webhookQueueUrl === undefined) {
    throw new CommandFailure(EXIT.FAILED, `Stripe reports nothing to ${name}: set stripeWebhookSecret and deploy.`);
  }
  const key = await readSecret(new SecretsManagerClient(awsClient), output("stripeKeyArn"));
  const since = Math.floor(Date.now() / 1_000) - options.since;
  const messages: WebhookMessage[] = [];
  for await (const event of undeliveredEvents(stripeClient(key), since)) {
    const message = webhookMessage(event);
    if (message) messages.push(message);
  }

  const sqs = new SQS(awsClient);
  // Oldest first, as they would have come.
  for (const batch of chunk(messages.toReversed(), BATCH_SIZE)) {
    const Entries = batch.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
    const { Failed = [] } = await sqs.sendMessageBatch({ QueueUrl: output("webhookQueueUrl"), Entries });
    if (Failed.length > 0)
      throw new Error("The queue refused some reports. Run the command again: none is handled twice.");
  }
  return { data: messages, text: `${counted(messages.length, "report")} will be handled.` };
}
