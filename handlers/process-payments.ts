import { completeTask, failTask } from "../aws/executions.ts";
import { readEvent } from "../domain/events.ts";
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
import { refundPart } from "./process-payments/refund-part.ts";
import { settle } from "./process-payments/settle.ts";

type Step = (message: PaymentMessage, receives: number) => Promise<StepResult>;

/** What may be asked for, by the name in the message: steps of the workflow, the provider's news, refunds of the back office. */
const STEPS = {
  "charge-payment": reported(charge),
  "refund-payment": reported(refund),
  "await-payment": (message) => awaitCustomer(message, message.taskToken),
  "settle-payment": settle,
  "refund-part": refundPart,
} satisfies Record<string, Step>;

/** A message that waits in the queue for its turn. */
interface PaymentMessage extends StepInput {
  step: keyof typeof STEPS;
  /** Names the execution's task that waits for the outcome. Empty if none does. */
  taskToken: string;
  /** Names the refund of the back office. */
  refundId?: string;
}

/**
 * Charges and refunds payments at the rate that the provider accepts, and reports each outcome to the workflow that waits for it.
 * Lets executions wait for customers who have to answer their bank or choose another payment method. Two messages for one order
 * are harmless: the payment's record decides, and each gets an answer.
 */
export const handler = pacedConsumer({ read: readMessage, work: processPayment });

async function processPayment(message: PaymentMessage, receives: number) {
  const { step, taskToken, orderId, correlationId } = message;
  try {
    return { ...(await STEPS[step](message, receives)) };
  } catch (error) {
    if (error instanceof Failure && error.name === "OrderNotFound") throw await poison(error.message, taskToken);
    if (receives >= LATE_RECEIVES) measure({ PaymentsLate: 1 }, { orderId, correlationId });
    throw error;
  }
}

/** A step whose outcome is reported to the execution that waits for it. */
function reported(work: (input: StepInput, receives: number) => Promise<StepResult>): Step {
  return async (message, receives) => {
    const result = await work(message, receives);
    const isAwaited = await completeTask(sfn, message.taskToken, result);
    return { ...result, ...(!isAwaited && { isAwaited }) };
  };
}

async function readMessage(body: string): Promise<PaymentMessage> {
  const event = readEvent(body);
  if (event?.type === "OrderRefundRequested" && event.refund) {
    const { orderId, correlationId, refund } = event;
    return { step: "refund-part", taskToken: "", orderId, correlationId, refundId: refund.refundId };
  }
  const { step, taskToken, input } = parsed(body);
  const read = stepInput(input);
  const token = typeof taskToken === "string" ? taskToken : "";
  if (!read || !isStep(step) || step === "refund-part" || (token === "" && step !== "settle-payment"))
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
