import { SQS } from "@aws-sdk/client-sqs";
import type { Context, Paint, Report } from "../../context.ts";
import { EXIT } from "../../exit-codes.ts";
import { counted } from "../../output/counted.ts";
import { table } from "../../output/table.ts";
import { queueDepth } from "../queue-depth.ts";
import { type DeadLetter, remove, takeLetters } from "./messages.ts";
import { QUEUE_NAMES, type QueueName } from "./queue-names.ts";
import { deadLetterQueue } from "./queues.ts";
import { redrive as redriveQueue } from "./redrive.ts";

interface Selection {
  /** Id of the order whose messages are meant; all messages where none is given. */
  order?: string;
}

export type Showing = Context<Selection & { limit: number }>;
export type Redriving = Context<Selection & { limit?: number; dryRun?: true }>;
export type Purging = Context<Selection & { yes?: true }>;

/** How much lies in each queue. */
export async function list({ stack, paint }: Context): Promise<Report> {
  const deployed = await stack();
  const sqs = new SQS(deployed.awsClient);
  const queues = QUEUE_NAMES.map((name) => deadLetterQueue(name, deployed));
  const data = await Promise.all(
    queues.map(async ({ name, url, holds }) => {
      const { waiting, inHand } = await queueDepth(sqs, url);
      return { queue: name, messages: waiting, held: inHand, holds, url };
    }),
  );
  const rows = data.map(({ queue, messages, held, holds }) => [queue, String(messages), String(held), holds]);
  return { data, text: table(["QUEUE", "MESSAGES", "IN FLIGHT", "CONTENTS"], rows, paint) };
}

/** The messages of a queue. */
export async function show({ stack, options, paint }: Showing, name: QueueName): Promise<Report> {
  const deployed = await stack();
  const { url } = deadLetterQueue(name, deployed);
  const sqs = new SQS(deployed.awsClient);
  const letters = await takeLetters(sqs, url, { orderId: options.order, limit: options.limit, keepInHand: false });
  const data = letters.map(({ receiptHandle: _, attributes, body, ...letter }) => ({
    ...letter,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, { StringValue }]) => [key, StringValue])),
    body,
  }));
  return { data, text: letters.length === 0 ? "No messages." : letterTable(letters, paint) };
}

/** Sends messages back. Fails where some stay that were to be sent. */
export async function redrive(context: Redriving, name: QueueName): Promise<Report> {
  const { stack, options, terminal, tell, paint } = context;
  const { dryRun = false, limit = Number.POSITIVE_INFINITY, order } = options;
  const deployed = await stack();
  const { url, sender } = deadLetterQueue(name, deployed);
  const sqs = new SQS(deployed.awsClient);
  const { sent, kept, others } = await redriveQueue(sqs, url, sender(new Date().toISOString()), {
    ...{ limit, orderId: order, dryRun, signal: terminal.interruption() },
    tell: (count) => dryRun || tell(`${count} sent back …`),
  });
  const { inHand: held } = await queueDepth(sqs, url);
  const lines = [
    ...(dryRun && sent.length > 0 ? [letterTable(sent, paint)] : []),
    dryRun ? `${counted(sent.length, "message")} would be sent back.` : `${counted(sent.length, "message")} sent back.`,
    ...(kept.length > 0 ? [`Not sent back: ${counted(kept.length, "message")}`] : []),
    ...kept.map(({ letter, reason }) => `  ${letter.orderId ?? letter.messageId}  ${reason}`),
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
      kept: kept.map(({ letter, reason }) => ({ ...about(letter), reason })),
      others,
      held,
    },
    text: lines.join("\n"),
    ...(kept.length > 0 && { exitCode: EXIT.FAILED }),
  };
}

/** Throws messages away, or tells what would be lost. */
export async function purge({ stack, options, paint }: Purging, name: QueueName): Promise<Report> {
  const deployed = await stack();
  const { url, loss } = deadLetterQueue(name, deployed);
  const sqs = new SQS(deployed.awsClient);
  // Exactly what was looked at goes, not what comes meanwhile.
  const letters = await takeLetters(sqs, url, { orderId: options.order, keepInHand: options.yes === true });
  const left = options.yes ? await remove(sqs, url, letters) : letters;
  const gone = letters.filter((letter) => !left.includes(letter));
  const data = { queue: name, purged: gone.map(about), left: left.map(about) };
  if (letters.length === 0) return { data, text: "No messages to delete." };
  const question = `This would delete ${counted(letters.length, "message")}. ${loss} Add --yes to confirm.`;
  const text = [
    letterTable(letters, paint),
    options.yes ? `${counted(gone.length, "message")} deleted. ${loss}` : question,
    ...(options.yes && left.length > 0 ? [`${counted(left.length, "message")} could not be deleted.`] : []),
  ].join("\n");
  return { data, text, ...(left.length > 0 && { exitCode: EXIT.FAILED }) };
}

function letterTable(letters: DeadLetter[], paint: Paint): string {
  const rows = letters.map(({ sentAt, orderId = "-", type = "-", reason = "failed five times" }) => [
    ...[sentAt, orderId, type, reason],
  ]);
  return table(["SENT", "ORDER", "EVENT", "WHY"], rows, paint);
}

function about({ messageId, orderId, type }: DeadLetter) {
  return { messageId, orderId, type };
}
