import { chunk } from "es-toolkit";
import { BATCH_SIZE, type EventsTopic, publishBatch } from "../../aws/events-topic.ts";
import type { OrderEvent } from "../../domain/events.ts";

/**
 * Publishes events again, in their order.
 *
 * @throws Error if the topic refuses one. Those before it are published by then.
 */
export async function replay(topic: EventsTopic, events: readonly OrderEvent[]): Promise<void> {
  for (const batch of chunk(events, BATCH_SIZE)) {
    const [refused] = await publishBatch(topic, batch);
    if (refused) throw new Error(`The topic refused the event ${refused[0].eventId}: ${refused[1]}.`);
  }
}
