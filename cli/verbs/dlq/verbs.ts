import { SQS } from "@aws-sdk/client-sqs";
import type { Stack } from "../../../stacks/stack.ts";
import type { Context, Report } from "../../context.ts";
import { EXIT } from "../../exit-codes.ts";
import { fullOrderId } from "../../order-id.ts";
import { counted } from "../../output/counted.ts";
import type { Page } from "../../output/page.ts";
import { shortIds, timeText } from "../../output/short.ts";
import { table, wrappedTable } from "../../output/table.ts";
import { queueDepth } from "../queue-depth.ts";
import { type DeadLetter, release, remove, takeLetters } from "./messages.ts";
import { QUEUE_NAMES, type QueueName } from "./queue-names.ts";
import { deadLetterQueue } from "./queues.ts";
import { type Kept, redrive as redriveQueue } from "./redrive.ts";

interface Selection {
  /** Id of the order whose messages are meant; all messages where none is given. */
  order?: string;
}

export type Showing = Context<Selection & { limit: number }>;
export type Redriving = Context<Selection & { limit?: number; dryRun?: true }>;
export type Purging = Context<Selection & { yes?: true }>;

/** How much lies in each queue. */
export async function list({ stack, page }: Context): Promise<Report> {
  const deployed = await stack();
  const sqs = new SQS(deployed.awsClient);
  const has = (name: QueueName) => name !== "webhook" || deployed.outputs.webhookDlqUrl !== undefined;
  const queues = QUEUE_NAMES.filter(has).map((name) => deadLetterQueue(name, deployed));
  const data = await Promise.all(
    queues.map(async ({ name, url, holds }) => {
      const { waiting, inHand } = await queueDepth(sqs, url);
      return { queue: name, messages: waiting, held: inHand, holds, url };
    }),
  );
  const rows = data.map(({ queue, messages, held, holds }) => [queue, String(messages), String(held), holds]);
  return { data, text: table(["QUEUE", "MESSAGES", "IN FLIGHT", "CONTENTS"], rows, page) };
}

/** The messages of a queue. */
export async function show({ stack, options, page }: Showing, name: QueueName): Promise<Report> {
  const deployed = await stack();
  const { url } = deadLetterQueue(name, deployed);
  const sqs = new SQS(deployed.awsClient);
  const letters = await takeLetters(sqs, url, {
    orderId: await orderOf(options, deployed),
    limit: options.limit,
    keepInHand: false,
  });
  const data = letters.map(({ receiptHandle: _, attributes, body, ...letter }) => ({
    ...letter,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, { StringValue }]) => [key, StringValue])),
    body,
  }));
  return { data, text: letters.length === 0 ? "No messages." : letterTable(letters, page) };
}

/** Sends messages back. Fails where some stay that were to be sent. */
export async function redrive(context: Redriving, name: QueueName): Promise<Report> {
  const { stack, options, terminal, tell, page } = context;
  const { dryRun = false, limit = Number.POSITIVE_INFINITY } = options;
  const deployed = await stack();
  const { url, sender } = deadLetterQueue(name, deployed);
  const sqs = new SQS(deployed.awsClient);
  const run = new Date().toISOString();
  const { sent, failedAgain, undeleted, kept, others } = await redriveQueue(sqs, url, sender(run), {
    ...{ run, limit, orderId: await orderOf(options, deployed), dryRun, signal: terminal.interruption() },
    tell: (count) => dryRun || tell(`${count} sent back …`),
  });
  const { inHand: held } = await queueDepth(sqs, url);
  const lines = [
    ...(dryRun && sent.length > 0 ? [letterTable(sent, page)] : []),
    dryRun ? `${counted(sent.length, "message")} would be sent back.` : `${counted(sent.length, "message")} sent back.`,
    ...reasons(
      `${counted(failedAgain.length, "message")} failed again already:`,
      failedAgain.map((letter) => ({ letter, reason: letter.reason ?? "The function's log says why." })),
    ),
    ...reasons(
      `${counted(undeleted.length, "message")} could not be deleted here:`,
      undeleted.map((letter) => ({ letter, reason: "Sending it back once more does no harm." })),
    ),
    ...reasons(`${counted(kept.length, "message")} could not be sent back:`, kept),
    ...(others > 0 ? [`${counted(others, "message")} not selected.`] : []),
    ...(held > 0
      ? [
          `${counted(held, "message")} being read by another consumer, or held by an interrupted run: try again in 30 seconds.`,
        ]
      : []),
  ];
  return {
    data: {
      queue: name,
      dryRun,
      sent: sent.map(about),
      failedAgain: failedAgain.map(about),
      undeleted: undeleted.map(about),
      kept: kept.map(({ letter, reason }) => ({ ...about(letter), reason })),
      others,
      held,
    },
    text: lines.join("\n"),
    ...([failedAgain, undeleted, kept].some(({ length }) => length > 0) && { exitCode: EXIT.FAILED }),
  };
}

/** A heading, and below it why each message is where it is. Nothing without messages. */
function reasons(heading: string, messages: Kept[]): string[] {
  const lines = messages.map(({ letter, reason }) => `  ${letter.orderId ?? letter.messageId}  ${reason}`);
  return lines.length === 0 ? [] : [heading, ...lines];
}

/** Throws messages away for good, after a look at what would be lost. */
export async function purge({ stack, options, tell, page, confirm }: Purging, name: QueueName): Promise<Report> {
  const deployed = await stack();
  const { url, loss } = deadLetterQueue(name, deployed);
  const sqs = new SQS(deployed.awsClient);
  const orderId = await orderOf(options, deployed);
  const shown = await takeLetters(sqs, url, { orderId, keepInHand: false });
  if (shown.length === 0) return { data: { queue: name, purged: [], left: [] }, text: "No messages to delete." };
  tell(letterTable(shown, page));
  await confirm(`Delete ${counted(shown.length, "message")}? ${loss}`);

  // Exactly what was looked at goes, not what has come meanwhile.
  const wanted = new Set(shown.map(({ messageId }) => messageId));
  const letters = await takeLetters(sqs, url, { orderId, keepInHand: true });
  const others = letters.filter(({ messageId }) => !wanted.has(messageId));
  await release(sqs, url, others);
  const chosen = letters.filter(({ messageId }) => wanted.has(messageId));
  const left = await remove(sqs, url, chosen);
  const gone = chosen.filter((letter) => !left.includes(letter));
  const text = [
    `${counted(gone.length, "message")} deleted.`,
    ...(left.length > 0 ? [`${counted(left.length, "message")} could not be deleted.`] : []),
  ].join("\n");
  const data = { queue: name, purged: gone.map(about), left: left.map(about) };
  return { data, text, ...(left.length > 0 && { exitCode: EXIT.FAILED }) };
}

async function orderOf({ order }: Selection, stack: Stack): Promise<string | undefined> {
  return order === undefined ? undefined : fullOrderId(stack, order);
}

function letterTable(letters: DeadLetter[], page: Page): string {
  const short = shortIds(
    letters.flatMap(({ orderId = [] }) => orderId),
    page,
  );
  const rows = letters.map(({ sentAt, orderId, type = "-", reason = "failed too often" }) => [
    ...[timeText(sentAt, page), orderId === undefined ? "-" : short(orderId), type, reason],
  ]);
  return wrappedTable(["SENT", "ORDER", "EVENT", "WHY"], rows, page);
}

function about({ messageId, orderId, type }: DeadLetter) {
  return { messageId, orderId, type };
}
