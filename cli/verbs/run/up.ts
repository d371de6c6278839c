import { styleText } from "node:util";
import type { EmulatorRecord } from "../../../local/emulator/emulator.ts";
import {
  deployLocalStack,
  emulatorLog,
  forgetLocalStack,
  localPort,
  runningEmulator,
  startedEmulator,
  startLocalEmulator,
} from "../../../stacks/local.ts";
import { withLock } from "../../../stacks/lock.ts";
import { LOCAL_STACK } from "../../../stacks/names.ts";
import { findMails, loadSampleCatalogue, placeSampleOrder, sampleOrder } from "../../../stacks/sample-shop.ts";
import { type Context, type Report, TOLD } from "../../context.ts";
import { priceText } from "../../output/price-text.ts";

/** Starts the emulator and deploys the stack `local` to it, or updates the running one, then tries it out. */
export async function up(context: Context): Promise<Report> {
  return withLock(LOCAL_STACK, () => start(context));
}

async function start({ terminal, tell }: Context): Promise<Report> {
  const signal = terminal.interruption();
  const emulator = (await runningEmulator()) ?? (await startAfresh());
  const stack = await deployLocalStack(emulator, signal);
  const { backOffice, output, storefront } = stack;

  const products = await loadSampleCatalogue(backOffice, output("currency"));
  tell(products === 0 ? "The catalogue exists already." : `Loaded a catalogue of ${products} products.`);
  const order = await placeSampleOrder(storefront, backOffice);
  tell(`Placed order ${order.orderId}, ${priceText(order.totalAmount, order.currency)} ${order.currency}:`);
  for (const { status, at, reason } of order.history) tell(`  ${at}  ${status}${reason ? `: ${reason}` : ""}`);
  for (const { To, Subject } of await findMails(emulator.endpoint, order.orderId)) {
    tell(`  Email to ${To.join(", ")}: ${Subject}`);
  }

  const mails = await (await import("./mail-previews.ts")).showMailPreviews(stack);
  const heading = (text: string) => styleText("bold", text);
  tell(`
${heading("The order system runs on this machine")}

  Website           ${output("websiteUrl")}
  Emails            ${mails}
  Storefront API    ${storefront.url}
  Back-office API   ${backOffice.url}
  AWS endpoint      ${emulator.endpoint}
  Orders table      ${output("ordersTable")}
  Logs              ${emulatorLog()}

${heading("Place an order")}

  ./orders place PROD-001:2 --email ada@example.com

  curl -X POST '${storefront.url}/orders' -H 'x-api-key: ${storefront.key}' -H 'content-type: application/json' -d '${JSON.stringify(sampleOrder)}'

${heading("Next steps")}

  ./orders open       the shop, in the browser
  ./orders list       the orders; watch, get and logs follow one
  ./orders doctor     is everything all right?
  ./orders outputs    these addresses as JSON; keys with --show-secrets
  ./orders dev        redeploy whenever a source file changes
  ./orders down       remove everything
`);
  return TOLD;
}

/** Deploys the sources as they are now to the running stack. */
export async function redeploy({ terminal }: Context): Promise<Report> {
  return withLock(LOCAL_STACK, async () => {
    const emulator = await runningEmulator();
    if (!emulator) throw new Error('The emulator is gone: run "./orders up".');
    // Before anything loads them.
    (await import("../../../tools/mails/compile.ts")).writeMailTemplates();
    const stack = await deployLocalStack(emulator, terminal.interruption());
    await (await import("./mail-previews.ts")).showMailPreviews(stack);
    return TOLD;
  });
}

async function startAfresh(): Promise<EmulatorRecord> {
  await localPort(); // before anything is removed
  if (await startedEmulator())
    console.log("The emulator has stopped since the last start, and its data is lost: starting afresh.");
  await forgetLocalStack();
  const emulator = await startLocalEmulator();
  console.log(`Started the AWS emulator on ${emulator.endpoint}.`);
  return emulator;
}
