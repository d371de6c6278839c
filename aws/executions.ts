import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";

/** The state machine that fulfils orders. */
export interface StateMachine {
  client: SFNClient;
  arn: string;
}

/** The input of an execution of the workflow. */
export interface WorkflowInput {
  orderId: string;
  /** Ties the execution's logs to the request that caused it. */
  correlationId?: string;
}

/** The name of the execution that restarts an order's workflow for the nth time. */
export function redriveName(orderId: string, redrives: number): string {
  return `${orderId}-r${redrives}`;
}

/** The name of the execution that cancels an order. */
export function cancelName(orderId: string): string {
  return `${orderId}-cancel`;
}

/**
 * Starts an order's workflow. Starting it twice is harmless: every step may run again.
 *
 * @param name - The execution's name. Step Functions starts no second execution of the same name within 90 days.
 * @returns Whether the execution is new, or one of this name existed already.
 */
export async function startWorkflow(
  { client, arn }: StateMachine,
  input: WorkflowInput,
  name: string,
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
