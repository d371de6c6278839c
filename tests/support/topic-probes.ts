import { SNS } from "@aws-sdk/client-sns";
import { type Message, SQS } from "@aws-sdk/client-sqs";
import { before } from "mocha";
import type { OrderEvent } from "../../domain/events.ts";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import { eventually } from "./eventually.ts";
import type { TestStack } from "./stack.ts";

/** An event with the message attributes that it came with. */
interface ReceivedEvent extends OrderEvent {
  attributes: Record<string, string | undefined>;
}

/** Records the events that a stack publishes. */
export interface EventProbe {
  /** An order's events so far, in the order of their arrival. */
  of(orderId: string): ReceivedEvent[];
  /** Waits for the event that reports an order's status. Cheaper than polling the API. */
  reached(orderId: string, status: OrderStatus): Promise<ReceivedEvent>;
}

/** Records the events of the calling suite's stack. Call it after `useLocalStack`. */
export function useEventProbe(stack: () => TestStack): EventProbe {
  const received = new Map<string, ReceivedEvent[]>();
  useTopicProbe(stack, "eventsTopicArn", ({ Body = "", MessageAttributes = {} }) => {
    const event = JSON.parse(Body) as OrderEvent;
    const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
    const own = received.get(event.orderId) ?? [];
    received.set(event.orderId, [...own, { ...event, attributes: Object.fromEntries(attributes) }]);
  });

  const of = (orderId: string) => received.get(orderId) ?? [];
  return {
    of,
    reached: (orderId, status) =>
      eventually(() => {
        const event = of(orderId).find((event) => event.status === status && event.type !== "OrderCancelRequested");
        if (event) return event;
        const types = of(orderId).map(({ type }) => type);
        throw new Error(`No event reported the order ${orderId} as ${status}, only: ${types.join(", ") || "none"}.`);
      }),
  };
}

/**
 * Subscribes a queue to a topic of the calling suite's stack. Call it after `useLocalStack`.
 *
 * @param output - The stack output with the topic's ARN.
 * @param onMessage - Called with every message.
 */
export function useTopicProbe(stack: () => TestStack, output: string, onMessage: (message: Message) => void): void {
  before("subscribe to a topic", () => subscribeToTopic(stack(), output, onMessage));
}

/** `useTopicProbe` outside of a suite. */
export async function subscribeToTopic(
  { awsClient, outputs, ended }: TestStack,
  output: string,
  onMessage: (message: Message) => void,
): Promise<void> {
  const sqs = new SQS(awsClient);
  const { QueueUrl } = await sqs.createQueue({ QueueName: `probe-${output}` });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
  const Resource = Attributes?.QueueArn;
  const allow = { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  const subscription = { TopicArn: outputs[output], Protocol: "sqs", Endpoint: Resource };
  await new SNS(awsClient).subscribe({ ...subscription, Attributes: { RawMessageDelivery: "true" } });
  poll(sqs, QueueUrl, ended, onMessage);
}

/** Polls until the stack goes away. An earlier error fails the suite as an unhandled rejection. */
async function poll(
  sqs: SQS,
  QueueUrl: string | undefined,
  ended: AbortSignal,
  onMessage: (message: Message) => void,
): Promise<void> {
  const request = { QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
  try {
    for (;;) {
      const { Messages = [] } = await sqs.receiveMessage(request, { abortSignal: ended });
      for (const message of Messages) onMessage(message);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      if (Entries.length > 0) await sqs.deleteMessageBatch({ QueueUrl, Entries });
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}
