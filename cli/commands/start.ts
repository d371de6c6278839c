// npm start: starts the emulator and deploys the stack `local` to it, or updates the running one, then tries it out.

import { styleText } from "node:util";
import type { EmulatorRecord } from "../../local/emulator/emulator.ts";
import {
  deployLocalStack,
  emulatorLog,
  forgetLocalStack,
  isStarted,
  runningEmulator,
  startLocalEmulator,
} from "../../stacks/local.ts";
import { findMails, loadSampleCatalogue, placeSampleOrder, sampleOrder } from "../../stacks/sample-shop.ts";
import { command } from "../command.ts";

await command(async (signal) => {
  const emulator = (await runningEmulator()) ?? (await startAfresh());
  const { backOffice, output, storefront } = await deployLocalStack(emulator, signal);

  const products = await loadSampleCatalogue(backOffice);
  console.log(products === 0 ? "The catalogue exists already." : `Loaded a catalogue of ${products} products.`);
  const order = await placeSampleOrder(storefront, backOffice);
  console.log(`Placed order ${order.orderId}, ${order.totalAmount} ${order.currency}:`);
  for (const { status, at, reason } of order.history) console.log(`  ${at}  ${status}${reason ? `: ${reason}` : ""}`);
  for (const { To, Subject } of await findMails(emulator.endpoint, order.orderId)) {
    console.log(`  Email to ${To.join(", ")}: ${Subject}`);
  }

  const heading = (text: string) => styleText("bold", text);
  console.log(`
${heading("The order system runs on this machine")}

  Website           ${output("websiteUrl")}
  Storefront API    ${storefront.url}
  Back-office API   ${backOffice.url}
  AWS endpoint      ${emulator.endpoint}
  Orders table      ${output("ordersTable")}
  Logs              ${emulatorLog()}

${heading("Place an order")}

  curl -X POST '${storefront.url}/orders' -H 'x-api-key: ${storefront.key}' -H 'content-type: application/json' -d '${JSON.stringify(sampleOrder)}'

${heading("Next steps")}

  npm run --silent outputs                     these addresses as JSON; keys with -- --show-secrets
  npm run dev                                  redeploy whenever a source file changes
  npm stop                                     remove everything
`);
});

async function startAfresh(): Promise<EmulatorRecord> {
  if (isStarted()) console.log("The emulator has stopped since the last start, and its data is lost: starting afresh.");
  await forgetLocalStack();
  const emulator = await startLocalEmulator();
  console.log(`Started the AWS emulator on ${emulator.endpoint}.`);
  return emulator;
}
