import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { SQS } from "@aws-sdk/client-sqs";
import { type Api, backOfficeClient, storefrontClient } from "../../stacks/api-client.ts";
import { ordersTable } from "../../stacks/orders-table.ts";
import type { OutputName, Stack } from "../../stacks/stack.ts";
import { countParked } from "../../store/attention.ts";
import { countUncounted } from "../../store/stock-check.ts";
import { tool } from "../../tools/paths.ts";
import type { Context } from "../context.ts";
import { toldFailure } from "../errors.ts";
import { counted } from "../output/counted.ts";
import { nextCommand } from "../output/next-command.ts";
import { relativeTime } from "../output/short.ts";
import { type DeadLetter, takeLetters } from "./dlq/messages.ts";
import type { QueueName } from "./dlq/queue-names.ts";
import { deadLetterQueue } from "./dlq/queues.ts";
import { queueDepth } from "./queue-depth.ts";
import { findStuckOrders } from "./stuck-orders.ts";
import { findWaitingOrders } from "./waiting-orders.ts";

/** What a check found. */
export interface Finding {
  check: string;
  isFine: boolean;
  /** What is so, as a sentence or less. */
  detail: string;
  /** What to do about it. Of problems only. */
  advice?: string;
}

/** A check that answers what is fine, or one finding for each problem. */
type Check = (stack: Stack) => Promise<string | Problem[]>;

interface Problem {
  detail: string;
  advice: string;
}

/** The checks on a stack, by what they look at. */
const CHECKS: Record<string, Check> = {
  credentials: async ({ awsClient }) => {
    await new SQS(awsClient).config.credentials();
    return "AWS credentials found.";
  },
  "back-office API": ({ backOffice }) => {
    const client = backOfficeClient(backOffice);
    return checkApi(backOffice, client.GET("/health"), client.GET("/orders", { params: { query: { limit: 1 } } }));
  },
  "storefront API": ({ storefront }) => {
    const client = storefrontClient(storefront);
    return checkApi(storefront, client.GET("/health"), client.GET("/products", { params: { query: { limit: 1 } } }));
  },
  payments: async ({ outputs }) => {
    if (outputs.paymentGateway === undefined) return "Known after the next deployment.";
    return outputs.paymentGateway === "simulated"
      ? "Simulated: this is a demo, nobody is charged."
      : "Taken by Stripe.";
  },
  workflow: async ({ awsClient, output }) => {
    const machine = new DescribeStateMachineCommand({ stateMachineArn: output("stateMachineArn") });
    const { status } = await new SFNClient(awsClient).send(machine);
    if (status === "ACTIVE") return "The state machine is active.";
    return [{ detail: `The state machine is ${status}.`, advice: 'Deploy the stack again: "npx pulumi up".' }];
  },
  "orders' dead letters": (stack) => deadLetters(stack, "order"),
  "payments' dead letters": (stack) => deadLetters(stack, "payment"),
  "customers' dead letters": (stack) => deadLetters(stack, "customer"),
  "unpublished events": (stack) => deadLetters(stack, "events"),
  "order queue": (stack) => backlog(stack, "orderQueueUrl"),
  "payment queue": (stack) => backlog(stack, "paymentQueueUrl"),
  "customers' queue": (stack) => backlog(stack, "customerQueueUrl"),
  "open orders": async (stack) => {
    const { open, causes } = await findWaitingOrders(stack);
    if (open === 0) return "None.";
    if (causes.length === 0) return `${counted(open, "order")} in progress.`;
    return causes.map(({ service, reason, orders }) => ({
      detail: `${service} fails for ${orders} of ${counted(open, "open order")}: ${reason}`,
      advice: "Get that working again. The orders are late, not lost: they go on by themselves.",
    }));
  },
  alarms: async (stack) => {
    const alarms = await alarmsOf(stack);
    const off = alarms.filter(({ StateValue }) => StateValue === "ALARM");
    if (alarms.length === 0) return [{ detail: "The stack has no alarms.", advice: 'Deploy it: "npx pulumi up".' }];
    if (off.length === 0) return `No alarm is active (${alarms.length} checked).`;
    return off.map(({ AlarmName, AlarmDescription = "" }) => ({
      detail: `${AlarmName} is in ALARM.`,
      advice: AlarmDescription,
    }));
  },
  "parked orders": async (stack) => {
    const parked = await countParked(ordersTable(stack));
    if (parked === 0) return "No order needs a person.";
    return [
      {
        detail: `${counted(parked, "order")} parked for a person.`,
        advice: `See them: ${nextCommand(stack.name, "attention")}`,
      },
    ];
  },
  "stuck orders": async (stack) => {
    const { length } = await findStuckOrders(stack);
    if (length === 0) return "No order is stuck.";
    return [
      {
        detail: `${counted(length, "order")} without progress.`,
        advice: `See them: ${nextCommand(stack.name, "stuck")}`,
      },
    ];
  },
  stock: async (stack) => {
    const products = await countUncounted(ordersTable(stack));
    if (products === 0) return "Every product's stock can be booked.";
    return [
      {
        detail: `${counted(products, "product")} of version 0.1, whose stock can't be booked yet.`,
        advice: `Once only this version's functions run, count what orders have reserved of it: ${nextCommand(stack.name, "stock check --fix")}`,
      },
    ];
  },
};

/** Looks at this machine, and at everything that can be wrong with a stack. A check that fails is a finding, too. */
export async function examine({ stack }: Pick<Context, "stack">): Promise<Finding[]> {
  const tools = checkTools();
  try {
    const found = await stack();
    return [
      tools,
      { check: "stack", isFine: true, detail: `${found.name} is deployed.` },
      ...(await checkStack(found)),
    ];
  } catch (error) {
    const advice = 'Deploy it ("./orders up", or "npx pulumi up" on AWS), or name another one with --stack.';
    return [tools, { check: "stack", isFine: false, detail: toldFailure(error).sentence, advice }];
  }
}

/** Whether this machine has what operators need. */
function checkTools(): Finding {
  const check = "tools";
  try {
    tool("pulumi");
    return { check, isFine: true, detail: `Node ${process.versions.node} and the Pulumi CLI are set up.` };
  } catch (error) {
    return { check, isFine: false, detail: "The Pulumi CLI is not set up.", advice: (error as Error).message };
  }
}

async function checkStack(stack: Stack): Promise<Finding[]> {
  const found = await Promise.all(
    Object.entries(CHECKS).map(async ([check, look]): Promise<Finding[]> => {
      try {
        const answer = await look(stack);
        if (typeof answer === "string") return [{ check, isFine: true, detail: answer }];
        return answer.map((problem) => ({ check, isFine: false, ...problem }));
      } catch (error) {
        return [{ check, isFine: false, detail: toldFailure(error).sentence, advice: FAILED_CHECK }];
      }
    }),
  );
  return found.flat();
}

const FAILED_CHECK = "Fix what prevented the check, then run it again.";

async function checkApi(api: Api, ...requests: Promise<unknown>[]): Promise<string> {
  await Promise.all(requests);
  return `${api.url} responds, and accepts the key.`;
}

/** Enough messages to tell why they failed. */
const LETTERS_READ = 100;

async function deadLetters(stack: Stack, queue: QueueName): Promise<string | Problem[]> {
  const { url } = deadLetterQueue(queue, stack);
  const sqs = new SQS(stack.awsClient);
  const { waiting, inHand } = await queueDepth(sqs, url);
  if (waiting + inHand === 0) return "None.";
  const count = counted(waiting + inHand, "message");
  const letters = await takeLetters(sqs, url, { limit: LETTERS_READ, keepInHand: false });
  const [oldest] = letters.sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
  if (!oldest)
    return [{ detail: `${count}, being read by somebody else.`, advice: nextCommand(stack.name, `dlq show ${queue}`) }];
  const { sentAt, reason = "it failed too often, so its function's log has the reason" } = oldest;
  return [
    {
      detail: `${count}, the oldest from ${relativeTime(sentAt)}: ${reason.replace(/\.$/, "")}.`,
      advice: adviceFor(stack, queue, oldest),
    },
  ];
}

/** A message that nobody can read fails again, however often it is sent. */
function adviceFor(stack: Stack, queue: QueueName, { type, orderId, reason }: DeadLetter): string {
  if (type === undefined && orderId === undefined && queue !== "events")
    return `Nobody can read it. See it, and delete it: ${nextCommand(stack.name, `dlq purge ${queue}`)}`;
  const fix = reason === undefined ? "Fix the cause" : "Fix that";
  return `${fix}, then send it back: ${nextCommand(stack.name, `dlq redrive ${queue}`)}`;
}

/** What to type. */
async function backlog({ awsClient, output }: Stack, queue: OutputName): Promise<string> {
  const { waiting, inHand } = await queueDepth(new SQS(awsClient), output(queue));
  return waiting + inHand === 0 ? "Empty." : `${waiting} waiting, ${inHand} in flight.`;
}

async function alarmsOf({ stage, awsClient }: Stack): Promise<MetricAlarm[]> {
  const found: MetricAlarm[] = [];
  const client = new CloudWatchClient(awsClient);
  const prefix = { AlarmNamePrefix: `orders-${stage}-` };
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, prefix)) found.push(...MetricAlarms);
  return found;
}
