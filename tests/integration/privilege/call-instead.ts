// Makes one call of a service, with what it is called with, in place of the function's own work and with its rights. It is
// loaded into the function before the function's own code (`node --import`).

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

/** What is called, one of them. */
export interface Call {
  publish?: PublishInput;
  sendEmail?: SendEmailRequest;
}

export async function call({ publish, sendEmail }: Call): Promise<void> {
  if (publish) await new SNS().publish(publish);
  if (sendEmail) await new SES().sendEmail(sendEmail);
}
