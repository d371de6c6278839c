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
import { functionName } from "../support/functions.ts";
import type { TestStack } from "../support/stack.ts";
import { subscribeToTopic } from "../support/topic-probes.ts";
import type { DeadLetter } from "./observed-state.ts";
import type { Action } from "./plan.ts";

type Target = Extract<Action, { kind: "resend" }>["to"];

/** The queues' visibility timeout: as long as the functions' timeouts, instead of the program's minute, to save time. */
const VISIBILITY_SECONDS = "12";

/** Records all events of a stack, and redelivers some of them. */
export class EventRedelivery {
  /** Events that the topic delivered, including duplicates. */
  readonly events: OrderEvent[] = [];
  /** The number of redeliveries. */
  count = 0;
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

  static async start(stack: TestStack): Promise<EventRedelivery> {
    const redelivery = new EventRedelivery(stack);
    await subscribeToTopic(stack, "eventsTopicArn", ({ Body = "" }) => {
      const event = readEvent(Body);
      if (event) redelivery.events.push(event);
    });
    const Attributes = { VisibilityTimeout: VISIBILITY_SECONDS };
    for (const QueueUrl of redelivery.queueUrls) await redelivery.sqs.setQueueAttributes({ QueueUrl, Attributes });
    await limitConcurrency(stack);
    return redelivery;
  }

  /** The queues that functions consume. */
  get queueUrls(): string[] {
    return Object.values(this.queues);
  }

  /** Delivers an event again. @param back - How many events ago it was published, 0 for the last one. */
  async redeliver(to: Target, back: number): Promise<void> {
    const event = this.events.at(-1 - (back % Math.max(this.events.length, 1)));
    if (!event) return;
    this.count++;
    const { awsClient, outputs } = this.stack;
    const { type } = event;
    const { Message, MessageAttributes } = toEntry(event, 0);
    if (to === "topic") {
      await new SNS(awsClient).publish({ TopicArn: outputs.eventsTopicArn, Message, MessageAttributes });
    } else if (to === "stream") {
      const FunctionName = await functionName("publish-events", awsClient);
      const Payload = JSON.stringify({ Records: [recordOf(event)] });
      await new LambdaClient(awsClient).send(new InvokeCommand({ FunctionName, Payload }));
    } else if (to === "customers" || type === "OrderPlaced" || type === "OrderCancelRequested") {
      if (to === "customers" && ["OrderProcessing", "OrderCancelRequested"].includes(type)) return;
      // The subscriptions' filters drop other types: the functions would reject them.
      await this.sqs.sendMessage({ QueueUrl: this.queues[to], MessageBody: Message, MessageAttributes });
    }
  }

  /** All messages in the dead-letter queues and the failure queue. */
  async deadLetters(): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    for (const [queue, QueueUrl] of Object.entries(this.failures) as [DeadLetter["queue"], string][]) {
      for (;;) {
        const request = { MaxNumberOfMessages: 10, VisibilityTimeout: 600, MessageAttributeNames: ["reason"] };
        const { Messages = [] } = await this.sqs.receiveMessage({ QueueUrl, ...request });
        if (Messages.length === 0) break;
        for (const { Body: body = "", MessageAttributes } of Messages) {
          found.push({ queue, body, reason: MessageAttributes?.reason?.StringValue });
        }
      }
    }
    return found;
  }
}

/** Limits each queue's consumer to two concurrent invocations: every one is a process on this machine. */
async function limitConcurrency({ awsClient }: TestStack): Promise<void> {
  const lambda = new LambdaClient(awsClient);
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  for (const { UUID, EventSourceArn } of EventSourceMappings) {
    if (!EventSourceArn?.includes(":sqs:")) continue;
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, ScalingConfig: { MaximumConcurrency: 2 } }));
  }
}

/** An event as a record of the table's stream. */
function recordOf(event: OrderEvent) {
  const keys = { pk: `ORDER#${event.orderId}`, sk: `EVENT#${String(event.version).padStart(6, "0")}` };
  const NewImage = toItem({ ...keys, event });
  return { eventID: `again-${event.eventId}`, eventName: "INSERT", dynamodb: { Keys: toItem(keys), NewImage } };
}
