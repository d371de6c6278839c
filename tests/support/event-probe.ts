import { SNS } from "@aws-sdk/client-sns";
import { type Message, SQS } from "@aws-sdk/client-sqs";
import { before } from "mocha";
import type { OrderEvent } from "../../orders/events.ts";
import type { OrderStatus } from "../../orders/lifecycle.ts";
import { eventually } from "./eventually.ts";
import type { TestStack } from "./stack.ts";

/** An event, and the attributes that it came with. */
interface ReceivedEvent extends OrderEvent {
  attributes: Record<string, string | undefined>;
}

/** What was heard of the topic. */
export interface EventProbe {
  /** The events of an order so far, in the order in which they arrived. */
  of(orderId: string): ReceivedEvent[];
  /** Waits until the topic told that an order has a status. Cheaper than asking for it. */
  reached(orderId: string, status: OrderStatus, patience?: number): Promise<ReceivedEvent>;
}

/** Subscribes a queue to the topic of the calling suite's stack, and listens to it. Call it after `useLocalStack`. */
export function useEventProbe(stack: () => TestStack): EventProbe {
  const received = new Map<string, ReceivedEvent[]>();
  before("listen to the topic", async () => {
    const { awsClient, outputs, ended } = stack();
    const sqs = new SQS(awsClient);
    const { QueueUrl } = await sqs.createQueue({ QueueName: "probe" });
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
    const Resource = Attributes?.QueueArn;
    const allow = { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
    const subscription = { TopicArn: outputs.eventsTopicArn, Protocol: "sqs", Endpoint: Resource };
    await new SNS(awsClient).subscribe({ ...subscription, Attributes: { RawMessageDelivery: "true" } });
    listen(sqs, QueueUrl, ended);
  });

  /** Until the suite ends. What goes wrong before fails it, as an unhandled rejection. */
  async function listen(sqs: SQS, QueueUrl: string | undefined, ended: AbortSignal): Promise<void> {
    const request = { QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    try {
      for (;;) {
        const { Messages = [] } = await sqs.receiveMessage(request, { abortSignal: ended });
        for (const message of Messages) keep(message);
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
        if (Entries.length > 0) await sqs.deleteMessageBatch({ QueueUrl, Entries });
      }
    } catch (error) {
      if (!ended.aborted) throw error;
    }
  }

  function keep({ Body = "", MessageAttributes = {} }: Message): void {
    const event = JSON.parse(Body) as OrderEvent;
    const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
    const heard = { ...event, attributes: Object.fromEntries(attributes) };
    received.set(event.orderId, [...(received.get(event.orderId) ?? []), heard]);
  }

  const of = (orderId: string) => received.get(orderId) ?? [];
  return {
    of,
    reached: (orderId, status, patience) =>
      eventually(() => {
        const event = of(orderId).find((event) => event.status === status && event.type !== "OrderCancelRequested");
        if (event) return event;
        const heard = of(orderId).map(({ type }) => type);
        throw new Error(`Nobody told that the order ${orderId} is ${status}. Heard: ${heard.join(", ") || "nothing"}.`);
      }, patience),
  };
}
