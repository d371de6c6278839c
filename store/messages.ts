import { randomUUID } from "node:crypto";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { MailKind } from "../domain/mails.ts";
import { fromItem, toItem } from "./items.ts";
import { orderKey } from "./orders.ts";
import type { OrdersTable } from "./table.ts";

/** A claim to a message: whoever holds it may send the message, nobody else. */
interface Claim {
  status: "CLAIMED" | "SENT" | "UNKNOWN";
  /** The attempt that holds it. */
  attempt: string;
  /** RFC 3339, UTC. */
  at: string;
}

/** Names a message to a customer. It is also the sort key of the message's claim, in the order's partition. */
export type MessageId = `${"MAIL" | "SMS"}#${MailKind}`;

/** The result of sending a message. `unknown`: it may have been sent, so it won't be sent again. */
export type Delivery = "sent" | "sent before" | "unknown";

/** After this time a claim's function is gone: it runs for 10 s at most. The queue redelivers after 60 s. */
const CLAIM_LIFETIME_MS = 30_000;

/**
 * Sends a message, unless it was or may have been sent before. It is claimed first, and the claim is dropped only if the
 * service clearly refused the message. So when a response is lost, the message is lost rather than sent twice.
 *
 * @param send - Sends the message, without any retries of its own.
 * @throws Error if the message was refused, or another attempt is in progress: try again later.
 */
export async function sendOnce(
  db: OrdersTable,
  orderId: string,
  message: MessageId,
  send: () => Promise<void>,
): Promise<Delivery> {
  const attempt = randomUUID();
  const other = await claim(db, orderId, message, attempt);
  if (other?.status === "SENT") return "sent before";
  if (other?.status === "UNKNOWN") return "unknown";
  if (other) {
    if (Date.now() - Date.parse(other.at) < CLAIM_LIFETIME_MS) throw new Error(`${message} is being sent right now.`);
    // That attempt ended without recording a result, possibly after it had sent the message.
    await settle(db, orderId, message, other.attempt, "UNKNOWN");
    return "unknown";
  }

  try {
    await send();
  } catch (error) {
    if (isRefusal(error)) {
      await dropClaim(db, orderId, message, attempt);
      // The service's own error message may contain addresses.
      throw new Error(`${message} was refused: ${(error as Error).name}.`);
    }
    await settle(db, orderId, message, attempt, "UNKNOWN");
    return "unknown";
  }
  await settle(db, orderId, message, attempt, "SENT");
  return "sent";
}

/** @returns Undefined if the attempt holds the claim now; otherwise the claim of another attempt. */
async function claim(
  { client, table }: OrdersTable,
  orderId: string,
  message: MessageId,
  attempt: string,
): Promise<Claim | undefined> {
  const claimed: Claim = { status: "CLAIMED", attempt, at: new Date().toISOString() };
  try {
    const put = {
      TableName: table,
      Item: { ...claimKey(orderId, message), ...toItem(claimed) },
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    await client.send(new PutItemCommand(put));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException && error.Item)) throw error;
    const other = fromItem<Claim>(error.Item);
    // It may be our own: the SDK sends the claim again when the first response is lost.
    return other.attempt === attempt ? undefined : other;
  }
}

async function settle(
  db: OrdersTable,
  orderId: string,
  message: MessageId,
  attempt: string,
  status: Claim["status"],
): Promise<void> {
  const update = {
    ...held(db, orderId, message),
    UpdateExpression: "SET #status = :status, #at = :at",
    ExpressionAttributeNames: { "#status": "status", "#at": "at", "#attempt": "attempt" },
    ExpressionAttributeValues: toItem({ ":status": status, ":at": new Date().toISOString(), ":attempt": attempt }),
  };
  await db.client.send(new UpdateItemCommand(update));
}

async function dropClaim(db: OrdersTable, orderId: string, message: MessageId, attempt: string): Promise<void> {
  const deletion = {
    ...held(db, orderId, message),
    ExpressionAttributeNames: { "#attempt": "attempt" },
    ExpressionAttributeValues: toItem({ ":attempt": attempt }),
  };
  await db.client.send(new DeleteItemCommand(deletion));
}

/** For writes that may happen only while the attempt `:attempt` holds the claim. */
function held({ table }: OrdersTable, orderId: string, message: MessageId) {
  return {
    TableName: table,
    Key: claimKey(orderId, message),
    ConditionExpression: "#attempt = :attempt",
  };
}

function claimKey(orderId: string, message: MessageId) {
  return toItem({ ...orderKey(orderId), sk: message });
}

/** Whether the message was certainly not sent: the service said so, or could not be reached. */
function isRefusal(error: unknown): boolean {
  const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name?: string };
  const status = $metadata?.httpStatusCode ?? 0;
  return (status >= 400 && status < 500) || name === "CredentialsProviderError" || neverReached(error);
}

/** Whether no connection was made, so that nothing was sent. Of a time-out, only the error's text tells. */
function neverReached(error: unknown): boolean {
  // One error for each of the host's addresses, which Node tries in turn.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverReached);
  const { syscall, code = "", name, message } = error as NodeJS.ErrnoException;
  if (syscall === "connect" || ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(code)) return true;
  return name === "TimeoutError" && message.includes("did not establish a connection");
}
