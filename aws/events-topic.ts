import { PublishBatchCommand } from "@aws-sdk/client-sns";
import type { OrderEvent } from "../domain/events.ts";
import { environment } from "../handlers/lib/environment.ts";
import { inBatches } from "./batches.ts";
import { BATCH_SIZE, toEntry } from "./event-batch.ts";
import { sns } from "./sns.ts";

/**
 * Publishes events to the topic EVENTS_TOPIC_ARN, each at least once.
 *
 * @returns The code of SNS's answer for each event that it did not publish; {@link isRefusal} tells whether that is for
 * good.
 */
export async function publish(events: readonly OrderEvent[]): Promise<ReadonlyMap<OrderEvent, string>> {
  const batches = [...inBatches(events, BATCH_SIZE)];
  return new Map((await Promise.all(batches.map(publishBatch))).flat());
}

async function publishBatch(events: readonly OrderEvent[]): Promise<[OrderEvent, string][]> {
  try {
    const batch = { TopicArn: environment("EVENTS_TOPIC_ARN"), PublishBatchRequestEntries: events.map(toEntry) };
    const { Failed = [] } = await sns.send(new PublishBatchCommand(batch));
    return Failed.map(({ Id, Code = "an error without a code" }) => [events[Number(Id)] as OrderEvent, Code]);
  } catch (error) {
    const { name } = error as Error;
    // The batch was refused for one of its entries, or because they are too long together.
    if (isRefusal(name) && events.length > 1) {
      return (await Promise.all(events.map((event) => publishBatch([event])))).flat();
    }
    return events.map((event) => [event, name]);
  }
}

/** Whether SNS would answer the same again: the event itself is what it doesn't take. */
export function isRefusal(code: string): boolean {
  return /^(InvalidParameter|ParameterValueInvalid|BatchRequestTooLong|Validation)/.test(code);
}
