import type { PaymentPatience } from "../../domain/awaited-payment.ts";
import { environment } from "./environment.ts";

const MINUTE_MS = 60_000;

/** How patient the stack is with customers who pay: `paymentDeadlineMinutes` and `paymentTries`. */
export function paymentPatience(): PaymentPatience {
  return {
    deadlineMs: Number(environment("PAYMENT_DEADLINE_MINUTES")) * MINUTE_MS,
    tries: Number(environment("PAYMENT_TRIES")),
  };
}
