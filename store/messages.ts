import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException, DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { Refusal } from "../aws/refusals.ts";
import { Failure } from "../domain/failure.ts";
import type { MailName } from "../domain/mails.ts";
import { fromItem, toItem } from "./items.ts";
import { orderKey } from "./orders.ts";
import type { OrdersTable } from "./table.ts";

/** A claim to a message: whoever holds it may send the message, nobody else. */
export interface Claim {
  status: "CLAIMED" | "SENT" | "UNKNOWN";
  /** The attempt that holds it. */
  attempt: string;
  /** RFC 3339, UTC. */
  at: string;
  /** How many attempts may have sent the message. Version 0.1 didn't count them. */
  sends?: number;
}

/** Names a message to a customer. It is also the sort key of the message's claim, in the order's partition. */
export type MessageId = `${"MAIL" | "SMS"}#${MailName}`;

/**
 * The result of an attempt. `unknown`: the message may have been sent; the next attempt sends it again, or gives it up.
 * `given up`: the earlier attempts' results are unknown, and there were as many as may be.
 */
export type Delivery = "sent" | "sent before" | "unknown" | "given up";

/** How many attempts may send a message while nobody knows whether it arrived. A second text message costs money. */
const MAX_SENDS = { MAIL: 2, SMS: 1 };

/** After this time a claim's attempt is over: sending takes 6 s at most (`SEND_ONCE`), recording the result 6 s. */
const CLAIM_LIFETIME_MS = 30_000;

/**
 * Sends a message: mails at least once, text messages at most once. It is claimed first, and the claim is dropped only if
 * the message was certainly not sent. If nobody knows, a mail is sent once more by a later call, and so at most twice.
 *
 * @param send - Sends the message, without any retries of its own. Throws a {@link Refusal} if it was certainly not sent.
 * @throws Refusal if it was not sent; Failure `Busy` if another attempt is in progress: call again later.
 */
export async function sendMessage(
  db: OrdersTable,
  orderId: string,
  message: MessageId,
  send: () => Promise<void>,
): Promise<Delivery> {
  const attempt = randomUUID();
  const claim = await takeClaim(db, orderId, message, attempt);
  if (claim.attempt !== attempt) {
    if (claim.status === "SENT") return "sent before";
    if (claim.status === "UNKNOWN") return "given up";
    if (Date.now() - Date.parse(claim.at) < CLAIM_LIFETIME_MS)
      throw new Failure("Busy", `${message} is being sent right now.`);
    // That attempt ended without recording a result, possibly after it had sent the message.
    await settle(db, orderId, message, claim.attempt, { status: "UNKNOWN" });
    return "unknown";
  }

  try {
    await send();
  } catch (error) {
    if (!(error instanceof Refusal)) {
      await settle(db, orderId, message, attempt, { status: "UNKNOWN" });
      return "unknown";
    }
    const { sends = 1 } = claim;
    if (sends > 1) await settle(db, orderId, message, attempt, { status: "UNKNOWN", sends: sends - 1 });
    else await dropClaim(db, orderId, message, attempt);
    throw error;
  }
  await settle(db, orderId, message, attempt, { status: "SENT" });
  return "sent";
}

/** Claims a message that nobody has claimed, or whose outcome is unknown. @returns The claim; it may be another attempt's. */
async function takeClaim(
  { client, table }: OrdersTable,
  orderId: string,
  message: MessageId,
  attempt: string,
): Promise<Claim> {
  const max = MAX_SENDS[message.startsWith("MAIL#") ? "MAIL" : "SMS"];
  try {
    const update = {
      TableName: table,
      Key: claimKey(orderId, message),
      UpdateExpression: "SET #status = :claimed, #attempt = :attempt, #at = :at ADD #sends :one",
      ConditionExpression: "attribute_not_exists(pk) OR (#status = :unknown AND #sends < :max)",
      ExpressionAttributeNames: { ...NAMES, "#sends": "sends" },
      ExpressionAttributeValues: toItem({
        ":claimed": "CLAIMED",
        ":attempt": attempt,
        ":at": new Date().toISOString(),
        ":one": 1,
        ":unknown": "UNKNOWN",
        ":max": max,
      }),
      ReturnValues: "ALL_NEW" as const,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    const { Attributes = {} } = await client.send(new UpdateItemCommand(update));
    return { ...fromItem<Claim>(Attributes), attempt };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException && error.Item)) throw error;
    // It may be our own: the SDK sends the claim again when the first response is lost.
    return fromItem<Claim>(error.Item);
  }
}

async function settle(
  db: OrdersTable,
  orderId: string,
  message: MessageId,
  attempt: string,
  { status, sends }: Pick<Claim, "status" | "sends">,
): Promise<void> {
  const update = {
    ...held(db, orderId, message),
    UpdateExpression: `SET #status = :status, #at = :at${sends === undefined ? "" : ", #sends = :sends"}`,
    ExpressionAttributeNames: { ...NAMES, ...(sends !== undefined && { "#sends": "sends" }) },
    ExpressionAttributeValues: toItem({
      ":status": status,
      ":at": new Date().toISOString(),
      ":attempt": attempt,
      ...(sends !== undefined && { ":sends": sends }),
    }),
  };
  await db.client.send(new UpdateItemCommand(update));
}

/** Drops the claim of an attempt: the message may be sent as if it never had been. */
export async function dropClaim(db: OrdersTable, orderId: string, message: MessageId, attempt: string): Promise<void> {
  const deletion = {
    ...held(db, orderId, message),
    ExpressionAttributeNames: { "#attempt": "attempt" },
    ExpressionAttributeValues: toItem({ ":attempt": attempt }),
  };
  await db.client.send(new DeleteItemCommand(deletion));
}

const NAMES = { "#status": "status", "#attempt": "attempt", "#at": "at" };

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
