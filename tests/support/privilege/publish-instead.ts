// Publishes to the topic that it is called with, in place of the function's own work and with its rights. It is loaded
// into the function before the function's own code (`node --import`).

import { registerHooks } from "node:module";
import { SNS } from "@aws-sdk/client-sns";

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith("/index.mjs")) return nextLoad(url, context);
    const source = `export { publish as handler } from ${JSON.stringify(import.meta.url)};`;
    return { format: "module", source, shortCircuit: true };
  },
});

export async function publish({ TopicArn }: { TopicArn: string }): Promise<void> {
  await new SNS().publish({ TopicArn, Message: "Whoever hears this heard too much." });
}
