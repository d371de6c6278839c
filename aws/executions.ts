import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { environment } from "../handlers/lib/environment.ts";
import { REQUEST_HANDLER } from "./timeouts.ts";

/** The one Step Functions client of a function instance. */
export const sfn = new SFNClient({ maxAttempts: 3, requestHandler: REQUEST_HANDLER });

/** What an execution of the workflow is started with. */
export interface WorkflowInput {
  orderId: string;
  /** Ties the logs of the execution to the request that brought it about. */
  correlationId?: string;
}

/** A state machine, for those who are not one of its system's functions. */
export interface StateMachine {
  client: SFNClient;
  arn: string;
}

function ownMachine(): StateMachine {
  return { client: sfn, arn: environment("STATE_MACHINE_ARN") };
}

/** The name of the execution in which an order's workflow is started anew for the nth time. */
export function redriveName(orderId: string, redrives: number): string {
  return `${orderId}-r${redrives}`;
}

/**
 * Starts the workflow of an order, in STATE_MACHINE_ARN if nothing else is said. Doing so twice is harmless: the steps
 * see to that.
 *
 * @param name - The execution's. A second one of the same name is not started within 90 days.
 * @returns Whether there is a new execution, or there was one of this name.
 */
export async function startWorkflow(
  input: WorkflowInput,
  name: string,
  { client, arn } = ownMachine(),
): Promise<"started" | "started before"> {
  const execution = { stateMachineArn: arn, name, input: JSON.stringify(input) };
  try {
    await client.send(new StartExecutionCommand(execution));
    return "started";
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return "started before";
    throw error;
  }
}
