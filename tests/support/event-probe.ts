import type { Message } from "@aws-sdk/client-sqs";
import type { OrderEvent } from "../../domain/events.ts";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import { eventually } from "./eventually.ts";
import type { TestStack } from "./stack.ts";
import { useTopicProbe } from "./topic-probe.ts";

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
  useTopicProbe(stack, "eventsTopicArn", keep);

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
