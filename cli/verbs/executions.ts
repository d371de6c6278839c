import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionDoesNotExist,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { cancelName, redriveName, startWorkflow } from "../../aws/executions.ts";
import type { Order } from "../../domain/order.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { Stack } from "../../stacks/stack.ts";
import { resume } from "../../store/attention.ts";
import { recordRedrive } from "../../store/open-orders.ts";
import { getOrder } from "../../store/orders.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { fullOrderId } from "../order-id.ts";

/** An execution of an order's workflow. Times are RFC 3339. */
export interface Execution {
  name: string;
  arn: string;
  status: string;
  startedAt?: string;
  stoppedAt?: string;
  error?: string;
  cause?: string;
}

/** One event of an execution's history. */
export interface ExecutionEvent {
  at?: string;
  type: string;
  state?: string;
  error?: string;
  cause?: string;
}

/** The executions of an order. @param given - Its id, or the beginning of it. */
export async function executionsOf(stack: Stack, given: string): Promise<OrderExecutions> {
  return new OrderExecutions(stack, await fullOrderId(stack, given));
}

/** Executions of the workflow of one order, by the names that the system gives them. */
class OrderExecutions {
  private readonly stack: Stack;
  private readonly client: SFNClient;
  private readonly orderId: string;

  constructor(stack: Stack, orderId: string) {
    this.stack = stack;
    this.client = new SFNClient(stack.awsClient);
    this.orderId = orderId;
  }

  /**
   * Starts the workflow anew, as the sweeper would next. Doing so needlessly is harmless: the steps see to that.
   *
   * @returns The execution's name, and whether it was there already.
   */
  async start(): Promise<{ execution: string; outcome: "started" | "started before" }> {
    const { redrives = 0 } = await this.order();
    const machine = { client: this.client, arn: this.stack.output("stateMachineArn") };
    const execution = redriveName(this.orderId, redrives + 1);
    const outcome = await startWorkflow(machine, { orderId: this.orderId }, execution);
    // So that the sweeper neither takes the same name nor starts a third one right away.
    await recordRedrive(ordersTable(this.stack), this.orderId, redrives + 1, new Date().toISOString());
    return { execution, outcome };
  }

  /** Clears the mark of a parked order, and starts its workflow anew. @throws CommandFailure if it isn't parked. */
  async resume(): Promise<{ execution: string }> {
    if (await resume(ordersTable(this.stack), this.orderId)) return this.start();
    throw new CommandFailure(EXIT.NOT_FOUND, `The order ${this.orderId} is not parked, so there is nothing to resume.`);
  }

  /** All that there are, the first one first. */
  async list(): Promise<Execution[]> {
    const { redrives = 0 } = await this.order();
    // One more than was recorded: the sweeper starts first and records then.
    const again = Array.from({ length: redrives + 1 }, (_, index) => redriveName(this.orderId, index + 1));
    const names = [this.orderId, cancelName(this.orderId), ...again];
    const found = (await Promise.all(names.map((name) => this.describe(name)))).filter((one) => one !== undefined);
    return found.sort((a, b) => ((a.startedAt ?? "") < (b.startedAt ?? "") ? -1 : 1));
  }

  /**
   * What happened in an execution.
   *
   * @param name - Default: the last one that was started.
   * @throws CommandFailure where there is none.
   */
  async history(name?: string): Promise<{ execution: Execution; events: ExecutionEvent[] }> {
    const executions = await this.list();
    const execution = name === undefined ? executions.at(-1) : executions.find((one) => one.name === name);
    if (!execution) {
      const which = name === undefined ? "has no execution yet" : `has no execution ${name}`;
      throw new CommandFailure(EXIT.NOT_FOUND, `The order ${this.orderId} ${which}.`);
    }
    const events: HistoryEvent[] = [];
    const request = { executionArn: execution.arn, includeExecutionData: false };
    for await (const page of paginateGetExecutionHistory({ client: this.client }, request)) {
      events.push(...(page.events ?? []));
    }
    return { execution, events: events.map(shownEvent) };
  }

  private async order(): Promise<Order> {
    const order = await getOrder(ordersTable(this.stack), this.orderId);
    if (order) return order;
    throw new CommandFailure(EXIT.NOT_FOUND, `There is no order ${this.orderId} in the stack ${this.stack.name}.`);
  }

  private async describe(name: string): Promise<Execution | undefined> {
    const executionArn = `${this.stack.output("stateMachineArn").replace(":stateMachine:", ":execution:")}:${name}`;
    try {
      return shownExecution(await this.client.send(new DescribeExecutionCommand({ executionArn })));
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }
}

function shownExecution(execution: DescribeExecutionCommandOutput): Execution {
  const { name = "", executionArn = "", status = "", startDate, stopDate, error, cause } = execution;
  return {
    name,
    arn: executionArn,
    status,
    ...(startDate && { startedAt: startDate.toISOString() }),
    ...(stopDate && { stoppedAt: stopDate.toISOString() }),
    ...(error && { error }),
    ...(cause && { cause }),
  };
}

/** Details are in a member of the event that is named after its type, at most one of them. */
function shownEvent({
  timestamp,
  type = "" as never,
  id: _,
  previousEventId: __,
  ...rest
}: HistoryEvent): ExecutionEvent {
  const details = Object.values(rest).find((value) => typeof value === "object") as
    | { name?: string; error?: string; cause?: string }
    | undefined;
  return {
    ...(timestamp && { at: timestamp.toISOString() }),
    type,
    ...(details?.name && { state: details.name }),
    ...(details?.error && { error: details.error }),
    ...(details?.cause && { cause: details.cause }),
  };
}
