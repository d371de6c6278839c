import { SNSClient } from "@aws-sdk/client-sns";
import { REQUEST_HANDLER } from "./timeouts.ts";

/** The one SNS client of a function instance. What may come twice is sent with it. */
export const sns = new SNSClient({ maxAttempts: 3, requestHandler: REQUEST_HANDLER });
