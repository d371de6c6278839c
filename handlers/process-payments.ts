import { SFNClient } from "@aws-sdk/client-sfn";
import { CLIENT_OPTIONS } from "../aws/client-options.ts";
import { completeTask, failTask } from "../aws/executions.ts";
import { Failure } from "../domain/failure.ts";
import { measure } from "./lib/metrics.ts";
import { pacedConsumer } from "./lib/paced-consumer.ts";
import { PoisonMessage } from "./lib/queue-consumer.ts";
import { LATE_RECEIVES } from "./lib/redelivery.ts";
import { type StepInput, type StepResult, stepInput } from "./lib/step.ts";
import { charge } from "./process-payments/charge.ts";
import { refund } from "./process-payments/refund.ts";

const sfn = new SFNClient(CLIENT_OPTIONS);

/** What the workflow may ask for, by the name in the message. */
const STEPS = { "charge-payment": charge, "refund-payment": refund } satisfies Record<
  string,
  (input: StepInput, tries: number) => Promise<StepResult>
>;

/** A step of the workflow that waits in the queue for its turn. */
interface PaymentMessage extends StepInput {
  step: keyof typeof STEPS;
  /** Names the execution's task that waits for the outcome. */
  taskToken: string;
}

/**
 * Charges and refunds payments at the rate that the provider accepts, and reports each outcome to the workflow that waits for it.
 * Two messages for one order are harmless: the payment's record decides, and each gets an answer.
 */
export const handler = pacedConsumer({ read: readMessage, work: processPayment });

async function processPayment({ step, taskToken, ...input }: PaymentMessage, receives: number) {
  try {
    const result = await STEPS[step](input, receives);
    const isAwaited = await completeTask(sfn, taskToken, result);
    return { ...result, ...(!isAwaited && { isAwaited }) };
  } catch (error) {
    if (error instanceof Failure && error.name === "OrderNotFound") throw await poison(error.message, taskToken);
    const { orderId, correlationId } = input;
    if (receives >= LATE_RECEIVES) measure({ PaymentsLate: 1 }, { orderId, correlationId });
    throw error;
  }
}

async function readMessage(body: string): Promise<PaymentMessage> {
  const { step, taskToken, input } = parsed(body);
  const read = stepInput(input);
  if (!read || !isStep(step) || typeof taskToken !== "string" || taskToken === "")
    throw await poison("The message is not a charge or refund that the workflow asked for.", taskToken);
  return { step, taskToken, ...read };
}

/** Tells the execution that waits for the message, if it names one: its order is left to the sweeper. */
async function poison(reason: string, taskToken: unknown): Promise<PoisonMessage> {
  const error = new PoisonMessage(reason);
  if (typeof taskToken === "string" && taskToken !== "") await failTask(sfn, taskToken, error.name, reason);
  return error;
}

function isStep(name: unknown): name is keyof typeof STEPS {
  return typeof name === "string" && Object.hasOwn(STEPS, name);
}

function parsed(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {};
  }
}
