import { randomUUID } from "node:crypto";
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type ExecutionListItem,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { eventually } from "./eventually.ts";
import type { TestStack } from "./stack.ts";

/** The executions of a deployed stack's workflow. */
export class Executions {
  private readonly client: SFNClient;
  private readonly stateMachineArn: string;

  constructor({ awsClient, outputs }: TestStack) {
    this.client = new SFNClient(awsClient);
    this.stateMachineArn = outputs.stateMachineArn ?? "";
  }

  /** Starts an execution with a random name. @returns Its ARN. */
  async start(input: { orderId: string; createdAt?: string }): Promise<string> {
    const execution = { name: randomUUID(), input: JSON.stringify(input) };
    const start = new StartExecutionCommand({ stateMachineArn: this.stateMachineArn, ...execution });
    return (await this.client.send(start)).executionArn ?? "";
  }

  /** Waits until an execution has ended. @returns Its description. */
  async untilEnded(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    return eventually(async () => {
      const execution = await this.client.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status === "RUNNING") throw new Error(`${executionArn} is still running.`);
      return execution;
    });
  }

  async stop(executionArn: string): Promise<void> {
    await this.client.send(new StopExecutionCommand({ executionArn }));
  }

  /** All executions, running or not. */
  async list(): Promise<ExecutionListItem[]> {
    const all: ExecutionListItem[] = [];
    const { client, stateMachineArn } = this;
    for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn }))
      all.push(...executions);
    return all;
  }
}
