import { randomUUID } from "node:crypto";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { MailKind } from "../domain/mails.ts";
import { environment } from "../handlers/lib/environment.ts";
import { dynamodb } from "./client.ts";
import { fromItem, toItem } from "./items.ts";

/** What is remembered of a message, so that it is sent at most once. */
interface Claim {
  status: "CLAIMED" | "SENT" | "UNKNOWN";
  /** Which attempt holds it. */
  attempt: string;
  /** RFC 3339, UTC. */
  at: string;
}

/** Names a message to a customer; the sort key of its claim, beside the order. */
export type MessageId = `${"MAIL" | "SMS"}#${MailKind}`;

/** What became of a message. Nobody can tell of an `unknown` one whether it was sent; it won't be again. */
export type Delivery = "sent" | "sent before" | "unknown";

/** After so many ms, whoever claimed a message is gone: a function ends after 10 s. The queue sends it again after 60 s. */
const CLAIM_LIFETIME = 30_000;

/**
 * Sends a message, unless it was sent before or may have been: it is claimed first, and only a clear refusal gives the
 * claim back. So a message is lost rather than sent twice when the answer to it gets lost.
 *
 * @param send - Sends it, and never tries twice itself.
 * @throws Error if the message was refused, or another attempt is under way. Trying again later is right.
 */
export async function sendOnce(orderId: string, message: MessageId, send: () => Promise<void>): Promise<Delivery> {
  const attempt = randomUUID();
  const other = await claim(orderId, message, attempt);
  if (other?.status === "SENT") return "sent before";
  if (other?.status === "UNKNOWN") return "unknown";
  if (other) {
    if (Date.now() - Date.parse(other.at) < CLAIM_LIFETIME) throw new Error(`${message} is being sent right now.`);
    // The attempt ended without a word, perhaps after it sent the message.
    await settle(orderId, message, other.attempt, "UNKNOWN");
    return "unknown";
  }

  try {
    await send();
  } catch (error) {
    if (isRefusal(error)) {
      await release(orderId, message, attempt);
      // The service's own message may quote addresses.
      throw new Error(`${message} was refused: ${(error as Error).name}.`);
    }
    await settle(orderId, message, attempt, "UNKNOWN");
    return "unknown";
  }
  await settle(orderId, message, attempt, "SENT");
  return "sent";
}

/** @returns Nothing if the attempt has the claim now, or the claim that is in its way. */
async function claim(orderId: string, message: MessageId, attempt: string): Promise<Claim | undefined> {
  const claimed: Claim = { status: "CLAIMED", attempt, at: new Date().toISOString() };
  try {
    const put = {
      TableName: environment("ORDERS_TABLE"),
      Item: { ...claimKey(orderId, message), ...toItem(claimed) },
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    await dynamodb.send(new PutItemCommand(put));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException && error.Item)) throw error;
    const other = fromItem<Claim>(error.Item);
    // The SDK sent the claim a second time, as the answer to the first got lost.
    return other.attempt === attempt ? undefined : other;
  }
}

async function settle(orderId: string, message: MessageId, attempt: string, status: Claim["status"]): Promise<void> {
  const update = {
    ...held(orderId, message),
    UpdateExpression: "SET #status = :status, #at = :at",
    ExpressionAttributeNames: { "#status": "status", "#at": "at", "#attempt": "attempt" },
    ExpressionAttributeValues: toItem({ ":status": status, ":at": new Date().toISOString(), ":attempt": attempt }),
  };
  await dynamodb.send(new UpdateItemCommand(update));
}

async function release(orderId: string, message: MessageId, attempt: string): Promise<void> {
  const deletion = {
    ...held(orderId, message),
    ExpressionAttributeNames: { "#attempt": "attempt" },
    ExpressionAttributeValues: toItem({ ":attempt": attempt }),
  };
  await dynamodb.send(new DeleteItemCommand(deletion));
}

/** For a write that happens only while the attempt `:attempt` holds the claim. */
function held(orderId: string, message: MessageId) {
  return {
    TableName: environment("ORDERS_TABLE"),
    Key: claimKey(orderId, message),
    ConditionExpression: "#attempt = :attempt",
  };
}

function claimKey(orderId: string, message: MessageId) {
  return toItem({ pk: `ORDER#${orderId}`, sk: message });
}

/** Whether it is clear that the message was not sent: the service said so, or was never reached. */
function isRefusal(error: unknown): boolean {
  const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name?: string };
  const status = $metadata?.httpStatusCode ?? 0;
  return (status >= 400 && status < 500) || name === "CredentialsProviderError" || neverReached(error);
}

/** Whether no connection came about, so that nothing was sent. A time-out says so only by its text. */
function neverReached(error: unknown): boolean {
  // Of all addresses of a host, as Node tries them one after the other.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverReached);
  const { syscall, code = "", name, message } = error as NodeJS.ErrnoException;
  if (syscall === "connect" || ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(code)) return true;
  return name === "TimeoutError" && message.includes("did not establish a connection");
}
