import {
  ExecutionAlreadyExists,
  type ExecutionListItem,
  InvalidToken,
  paginateListExecutions,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";

/**
 * Step Functions' quota on starting STANDARD executions, in us-east-1, us-west-2 and eu-west-1, and elsewhere: so many at once, and
 * so many per second in the long run. Source: its developer guide, "Quotas related to API action throttling".
 */
export const START_QUOTAS = {
  largeRegions: { bucketSize: 1_300, refillRate: 300 },
  otherRegions: { bucketSize: 800, refillRate: 150 },
};

/** Workflows that a sweep starts per second: new orders need some of {@link START_QUOTAS}, too. */
export const RESTARTS_PER_SECOND = 100;

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

/** The length of an order's id, with which the names of its executions begin. */
const ORDER_ID_LENGTH = 36;

/**
 * The ids of the orders with a running execution.
 *
 * @throws ThrottlingException if others list executions, too: Step Functions allows 100 to 200 calls at once, and 2 to 5 a second
 * in the long run, depending on the region. It takes one call for each thousand. Source: as for {@link START_QUOTAS}.
 */
export async function runningOrders(machine: StateMachine): Promise<Set<string>> {
  const orderIds = new Set<string>();
  for await (const { name = "" } of runningExecutions(machine)) orderIds.add(name.slice(0, ORDER_ID_LENGTH));
  return orderIds;
}

/** Stops all running executions, if the state machine exists. Step Functions deletes it only once they have ended. */
export async function stopExecutions(machine: StateMachine): Promise<void> {
  try {
    for await (const { executionArn } of runningExecutions(machine))
      await machine.client.send(new StopExecutionCommand({ executionArn }));
  } catch (error) {
    if (!(error instanceof StateMachineDoesNotExist)) throw error;
  }
}

async function* runningExecutions({ client, arn }: StateMachine): AsyncGenerator<ExecutionListItem> {
  const running = { stateMachineArn: arn, statusFilter: "RUNNING" as const };
  for await (const { executions = [] } of paginateListExecutions({ client, pageSize: 1_000 }, running))
    yield* executions;
}

/**
 * Reports a task's result to the execution that waits for it.
 *
 * @returns False if none waits any longer: it was stopped, or timed out.
 */
export function completeTask(client: SFNClient, taskToken: string, output: object): Promise<boolean> {
  return isAwaited(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })));
}

/**
 * Fails a task of the execution that waits for it.
 *
 * @param error - By which the state machine decides whether to try again.
 * @param cause - What is wrong, as a sentence. Nothing personal.
 * @returns False if none waits any longer.
 */
export function failTask(client: SFNClient, taskToken: string, error: string, cause: string): Promise<boolean> {
  return isAwaited(client.send(new SendTaskFailureCommand({ taskToken, error, cause })));
}

async function isAwaited(report: Promise<unknown>): Promise<boolean> {
  try {
    await report;
    return true;
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return false;
    throw error;
  }
}
