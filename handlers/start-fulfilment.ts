import { InvalidExecutionInput, InvalidName } from "@aws-sdk/client-sfn";
import { startWorkflow } from "../aws/executions.ts";
import type { OrderEvent } from "../domain/events.ts";
import { Hopeless, queueConsumer } from "./lib/queue-consumer.ts";

/** Starts the workflow of each order that was placed or is to be cancelled. */
export const handler = queueConsumer(async (event) => {
  const execution = executionName(event);
  try {
    const { orderId, correlationId } = event;
    return { outcome: await startWorkflow({ orderId, correlationId }, execution), execution };
  } catch (error) {
    if (error instanceof InvalidName || error instanceof InvalidExecutionInput) {
      throw new Hopeless(`Step Functions refuses to start the execution ${execution}: ${error.name}.`);
    }
    throw error;
  }
});

/** The same for the same event, so that a duplicate starts nothing. */
function executionName({ type, orderId }: OrderEvent): string {
  switch (type) {
    case "OrderPlaced":
      return orderId;
    case "OrderCancelRequested":
      return `${orderId}-cancel`;
    default:
      throw new Hopeless(`An event of type ${type} starts no workflow.`);
  }
}
