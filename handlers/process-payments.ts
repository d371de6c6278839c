import { completeTask, failTask } from "../aws/executions.ts";
import { Failure } from "../domain/failure.ts";
import { measure } from "./lib/metrics.ts";
import { pacedConsumer } from "./lib/paced-consumer.ts";
import { PoisonMessage } from "./lib/queue-consumer.ts";
import { LATE_RECEIVES } from "./lib/redelivery.ts";
import { sfn } from "./lib/sfn.ts";
import { type StepInput, type StepResult, stepInput } from "./lib/step.ts";
import { awaitCustomer } from "./process-payments/await-customer.ts";
import { charge } from "./process-payments/charge.ts";
import { refund } from "./process-payments/refund.ts";
import { settle } from "./process-payments/settle.ts";

type Step = (input: StepInput, receives: number, taskToken: string) => Promise<StepResult>;

/** What may be asked for, by the name in the message. */
const STEPS = {
  "charge-payment": reported(charge),
  "refund-payment": reported(refund),
  "await-payment": (input, _receives, taskToken) => awaitCustomer(input, taskToken),
  "settle-payment": settle,
} satisfies Record<string, Step>;

/** A message that waits in the queue for its turn. */
interface PaymentMessage extends StepInput {
  step: keyof typeof STEPS;
  /** Names the execution's task that waits for the outcome. Empty if none does: the provider's news don't come from the workflow. */
  taskToken: string;
}

/**
 * Charges and refunds payments at the rate that the provider accepts, and reports each outcome to the workflow that waits for it.
 * Lets executions wait for customers who have to answer their bank or choose another payment method. Two messages for one order
 * are harmless: the payment's record decides, and each gets an answer.
 */
export const handler = pacedConsumer({ read: readMessage, work: processPayment });

async function processPayment({ step, taskToken, ...input }: PaymentMessage, receives: number) {
  try {
    return { ...(await STEPS[step](input, receives, taskToken)) };
  } catch (error) {
    if (error instanceof Failure && error.name === "OrderNotFound") throw await poison(error.message, taskToken);
    const { orderId, correlationId } = input;
    if (receives >= LATE_RECEIVES) measure({ PaymentsLate: 1 }, { orderId, correlationId });
    throw error;
  }
}

/** A step whose outcome is reported to the execution that waits for it. */
function reported(work: (input: StepInput, receives: number) => Promise<StepResult>): Step {
  return async (input, receives, taskToken) => {
    const result = await work(input, receives);
    const isAwaited = await completeTask(sfn, taskToken, result);
    return { ...result, ...(!isAwaited && { isAwaited }) };
  };
}

async function readMessage(body: string): Promise<PaymentMessage> {
  const { step, taskToken, input } = parsed(body);
  const read = stepInput(input);
  const token = typeof taskToken === "string" ? taskToken : "";
  if (!read || !isStep(step) || (token === "" && step !== "settle-payment"))
    throw await poison("The message asks for nothing that can be done about a payment.", token);
  return { step, taskToken: token, ...read };
}

/** Tells the execution that waits for the message, if it names one: its order is left to the sweeper. */
async function poison(reason: string, taskToken: string): Promise<PoisonMessage> {
  const error = new PoisonMessage(reason);
  if (taskToken !== "") await failTask(sfn, taskToken, error.name, reason);
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
