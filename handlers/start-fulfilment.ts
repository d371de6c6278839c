import { InvalidExecutionInput, InvalidName, SFNClient } from "@aws-sdk/client-sfn";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { cancelName, startWorkflow } from "../aws/executions.ts";
import type { OrderEvent } from "../domain/events.ts";
import { environment } from "./lib/environment.ts";
import { PoisonMessage, queueConsumer } from "./lib/queue-consumer.ts";

const sfn = new SFNClient(CLIENT_OPTIONS);

/** Starts the workflow of each order that was placed, or whose cancellation was requested. */
export const handler = queueConsumer(async (event) => {
  const execution = executionName(event);
  try {
    const { orderId, correlationId } = event;
    const machine = { client: sfn, arn: environment("STATE_MACHINE_ARN") };
    return { outcome: await startWorkflow(machine, { orderId, correlationId }, execution), execution };
  } catch (error) {
    if (error instanceof InvalidName || error instanceof InvalidExecutionInput) {
      throw new PoisonMessage(`Step Functions rejected the execution ${execution}: ${error.name}.`);
    }
    throw error;
  }
});

/** The same event always gets the same name, so that a duplicate starts nothing. */
function executionName({ type, orderId }: OrderEvent): string {
  switch (type) {
    case "OrderPlaced":
      return orderId;
    case "OrderCancelRequested":
      return cancelName(orderId);
    default:
      throw new PoisonMessage(`An event of type ${type} starts no workflow.`);
  }
}
