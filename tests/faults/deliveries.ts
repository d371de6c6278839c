import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { toEntry } from "../../aws/events-topic.ts";
import { type OrderEvent, readEvent } from "../../domain/events.ts";
import { toItem } from "../../store/items.ts";
import { functionNamed } from "../support/functions.ts";
import type { TestStack } from "../support/stack.ts";
import { listenToTopic } from "../support/topic-probe.ts";
import type { DeadLetter } from "./books.ts";
import type { Action } from "./plan.ts";

type Target = Extract<Action, { kind: "resend" }>["to"];

/**
 * Seconds after which a message that failed comes again. The program's are a minute, for which no test has time; its
 * functions' own time-outs are as long as this.
 */
const VISIBILITY_SECONDS = "12";

/** Hears all events of a stack, and delivers some of them once more. */
export class Deliveries {
  /** Every event as often as it came. */
  readonly heard: OrderEvent[] = [];
  /** How often something was delivered once more. */
  resent = 0;
  private readonly stack: TestStack;
  private readonly sqs: SQS;
  private readonly queues: Record<"orders" | "customers", string>;
  private readonly failures: Record<DeadLetter["queue"], string>;

  private constructor(stack: TestStack) {
    const { orderQueueUrl, orderDlqUrl, customerQueueUrl, customerDlqUrl, unpublishedEventsUrl } = stack.outputs;
    this.stack = stack;
    this.sqs = new SQS(stack.awsClient);
    this.queues = { orders: orderQueueUrl ?? "", customers: customerQueueUrl ?? "" };
    this.failures = {
      order: orderDlqUrl ?? "",
      customers: customerDlqUrl ?? "",
      unpublished: unpublishedEventsUrl ?? "",
    };
  }

  static async open(stack: TestStack): Promise<Deliveries> {
    const deliveries = new Deliveries(stack);
    await listenToTopic(stack, "eventsTopicArn", ({ Body = "" }) => {
      const event = readEvent(Body);
      if (event) deliveries.heard.push(event);
    });
    const Attributes = { VisibilityTimeout: VISIBILITY_SECONDS };
    for (const QueueUrl of deliveries.queueUrls) await deliveries.sqs.setQueueAttributes({ QueueUrl, Attributes });
    await hold(stack);
    return deliveries;
  }

  /** The queues that functions work on. */
  get queueUrls(): string[] {
    return Object.values(this.queues);
  }

  /** Delivers an event once more: the one that was heard so many before the last one. */
  async resend(to: Target, back: number): Promise<void> {
    const event = this.heard.at(-1 - (back % Math.max(this.heard.length, 1)));
    if (!event) return;
    this.resent++;
    const { awsClient, outputs } = this.stack;
    const { type } = event;
    const { Message, MessageAttributes } = toEntry(event, 0);
    if (to === "topic") {
      await new SNS(awsClient).publish({ TopicArn: outputs.eventsTopicArn, Message, MessageAttributes });
    } else if (to === "stream") {
      const FunctionName = await functionNamed("publish-events", awsClient);
      const Payload = JSON.stringify({ Records: [recordOf(event)] });
      await new LambdaClient(awsClient).send(new InvokeCommand({ FunctionName, Payload }));
    } else if (to === "customers" || type === "OrderPlaced" || type === "OrderCancelRequested") {
      if (to === "customers" && ["OrderProcessing", "OrderCancelRequested"].includes(type)) return;
      // Others, the queue's filter keeps away: they would be dead letters at once.
      await this.sqs.sendMessage({ QueueUrl: this.queues[to], MessageBody: Message, MessageAttributes });
    }
  }

  /** All messages in the queues for what failed. */
  async deadLetters(): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    for (const [queue, QueueUrl] of Object.entries(this.failures) as [DeadLetter["queue"], string][]) {
      for (;;) {
        const visit = { MaxNumberOfMessages: 10, VisibilityTimeout: 600, MessageAttributeNames: ["reason"] };
        const { Messages = [] } = await this.sqs.receiveMessage({ QueueUrl, ...visit });
        if (Messages.length === 0) break;
        for (const { Body: body = "", MessageAttributes } of Messages) {
          letters.push({ queue, body, reason: MessageAttributes?.reason?.StringValue });
        }
      }
    }
    return letters;
  }
}

/** Has queues' messages handled by two functions at once: one machine starts a process for each. */
async function hold({ awsClient }: TestStack): Promise<void> {
  const lambda = new LambdaClient(awsClient);
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  for (const { UUID, EventSourceArn } of EventSourceMappings) {
    if (!EventSourceArn?.includes(":sqs:")) continue;
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, ScalingConfig: { MaximumConcurrency: 2 } }));
  }
}

/** An event as the table's stream has it. */
function recordOf(event: OrderEvent) {
  const keys = { pk: `ORDER#${event.orderId}`, sk: `EVENT#${String(event.version).padStart(6, "0")}` };
  const NewImage = toItem({ ...keys, event });
  return { eventID: `again-${event.eventId}`, eventName: "INSERT", dynamodb: { Keys: toItem(keys), NewImage } };
}
