// Replaces a function's handler with one that makes a service call from its event, with the function's permissions.
// Loaded into the function before its own code (`node --import`).

import { registerHooks } from "node:module";
import { SES, type SendEmailRequest } from "@aws-sdk/client-ses";
import { type PublishInput, SNS } from "@aws-sdk/client-sns";

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith("/index.mjs")) return nextLoad(url, context);
    const source = `export { call as handler } from ${JSON.stringify(import.meta.url)};`;
    return { format: "module", source, shortCircuit: true };
  },
});

/** The event: one of these calls. */
export interface Call {
  publish?: PublishInput;
  sendEmail?: SendEmailRequest;
}

export async function call({ publish, sendEmail }: Call): Promise<void> {
  if (publish) await new SNS().publish(publish);
  if (sendEmail) await new SES().sendEmail(sendEmail);
}
