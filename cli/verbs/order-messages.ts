import { SQS } from "@aws-sdk/client-sqs";
import { toEntry } from "../../aws/events-topic.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { dropClaim } from "../../store/messages.ts";
import { findMessages, type OrderMessage } from "../../store/order-messages.ts";
import type { Context, Report } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { fullOrderId } from "../order-id.ts";
import { timeText } from "../output/short.ts";
import { table } from "../output/table.ts";

/** An order's messages, and what became of them. */
export async function show({ stack, page }: Context, given: string): Promise<Report> {
  const { messages } = await messagesOf(await stack(), given);
  const data = messages.map(about);
  const rows = data.map(({ message, status, at }) => [message, status, at === undefined ? "" : timeText(at, page)]);
  return { data, text: table(["MESSAGE", "STATUS", "SINCE"], rows, page) };
}

/**
 * Sends messages again: forgets that they were sent, and puts their events back into the queue.
 *
 * @param chosen - Their names; if none, those that are not recorded as sent.
 */
export async function resend({ stack, confirm }: Context, given: string, chosen: string[]): Promise<Report> {
  const deployed = await stack();
  const { orderId, messages } = await messagesOf(deployed, given);
  const names = messages.map(({ message }) => message).join(", ");
  const unknown = chosen.find((name) => !messages.some(({ message }) => message === name));
  if (unknown !== undefined)
    throw new CommandFailure(EXIT.NOT_FOUND, `The order has no message ${unknown}. It has ${names}.`);
  const meant = messages.filter(({ message, claim }) =>
    chosen.length > 0 ? chosen.includes(message) : claim?.status !== "SENT",
  );
  if (meant.length === 0) return { data: [], text: `All messages were sent. Name those to send again, of ${names}.` };
  const sending = meant.map(({ message }) => message).join(", ");
  await confirm(`Send ${sending} of ${orderId} to the customer again?`);

  const db = ordersTable(deployed);
  // One that is being sent right now keeps its claim, and is not sent twice.
  const over = meant.filter(({ claim }) => claim !== undefined && claim.status !== "CLAIMED");
  await Promise.all(over.map(({ message, claim }) => dropClaim(db, orderId, message, claim?.attempt ?? "")));
  const events = new Map(meant.map(({ event }) => [event.eventId, event]));
  await sendToQueue(deployed, [...events.values()]);
  return { data: meant.map(about), text: `${sending} will be sent again. "./orders messages ${orderId}" shows when.` };
}

async function sendToQueue({ awsClient, output }: Stack, events: OrderMessage["event"][]): Promise<void> {
  const entries = events.map(toEntry).map(({ Id, Message, MessageAttributes }) => ({
    ...{ Id, MessageBody: Message, MessageAttributes },
  }));
  const { Failed = [] } = await new SQS(awsClient).sendMessageBatch({
    QueueUrl: output("customerQueueUrl"),
    Entries: entries,
  });
  if (Failed.length > 0)
    throw new Error(`The queue refused ${Failed.length} of ${events.length} events. Run the command again.`);
}

async function messagesOf(stack: Stack, given: string): Promise<{ orderId: string; messages: OrderMessage[] }> {
  const orderId = await fullOrderId(stack, given);
  const messages = await findMessages(ordersTable(stack), orderId);
  if (messages.length === 0) throw new CommandFailure(EXIT.NOT_FOUND, `There is no order ${orderId} in ${stack.name}.`);
  return { orderId, messages };
}

function about({ message, claim }: OrderMessage) {
  return { message, status: claim?.status ?? "WAITING", at: claim?.at };
}
