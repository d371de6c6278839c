import { MAX_LIMIT } from "../../../domain/quantities.ts";
import { backOfficeClient, bodyOf } from "../../../stacks/api-client.ts";
import { destroyLocalStack, forgetLocalStack, isStarted, runningEmulator } from "../../../stacks/local.ts";
import { LOCAL_STACK } from "../../../stacks/names.ts";
import { findRecord, recordedStack } from "../../../stacks/record.ts";
import { sampleOrder } from "../../../stacks/sample-shop.ts";
import type { Context, Report } from "../../context.ts";
import { counted } from "../../output/counted.ts";

/** Destroys the stack `local` and stops its emulator. */
export async function down({ terminal, tell, confirm }: Context<{ yes?: true }>): Promise<Report> {
  if (!isStarted()) return { data: undefined, text: "Nothing is running." };
  const orders = await ordersAtStake();
  if (orders !== undefined) await confirm(`Destroy the stack ${LOCAL_STACK}, with ${orders}?`);
  const signal = terminal.interruption();
  const emulator = await runningEmulator();
  try {
    if (emulator) await destroyLocalStack(emulator, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    // Another version of the program may have deployed resources that this one does not know.
    tell(
      `Not everything could be destroyed individually; stopping the emulator removes the rest: ${(error as Error).message}`,
    );
  }
  await forgetLocalStack(); // whatever could not be destroyed is gone with the emulator
  return { data: undefined, text: emulator ? "Stopped the emulator." : "The emulator was gone already." };
}

/** The orders that somebody placed, in words. Without an emulator, there are none that could be lost. */
async function ordersAtStake(): Promise<string | undefined> {
  const record = await findRecord(LOCAL_STACK);
  if (!record) return undefined;
  try {
    const client = backOfficeClient(recordedStack(record).backOffice);
    const params = { query: { limit: MAX_LIMIT } };
    const { orders, nextCursor } = await bodyOf(client.GET("/orders", { params }));
    if (nextCursor !== undefined) return "all its orders";
    const own = orders.filter(({ customerEmail }) => customerEmail !== sampleOrder.customerEmail);
    return own.length === 0 ? undefined : `its ${counted(own.length, "order")}`;
  } catch {
    return "its orders, which can't be counted now";
  }
}
