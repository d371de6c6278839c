import { MAX_LIMIT } from "../../../domain/quantities.ts";
import type { EmulatorState } from "../../../local/emulator/emulator.ts";
import { backOfficeClient, bodyOf } from "../../../stacks/api-client.ts";
import { destroyLocalStack, forgetLocalStack, startedEmulator } from "../../../stacks/local.ts";
import { withLock } from "../../../stacks/lock.ts";
import { LOCAL_STACK } from "../../../stacks/names.ts";
import { folderOf, readRecord, recordedStack } from "../../../stacks/record.ts";
import { sampleOrder } from "../../../stacks/sample-shop.ts";
import type { Context, Report } from "../../context.ts";
import { counted } from "../../output/counted.ts";

/** Destroys the stack `local` and stops its emulator. */
export async function down({ terminal, tell, confirm }: Context<{ yes?: true }>): Promise<Report> {
  const started = await startedEmulator();
  if (!started) return { data: undefined, text: "Nothing is running." };
  const { emulator, state } = started;
  const orders = await ordersAtStake(state);
  if (orders !== undefined) await confirm(`Destroy the stack ${LOCAL_STACK}, with ${orders}?`);
  const signal = terminal.interruption();
  await withLock(LOCAL_STACK, async () => {
    try {
      if (state === "running") await destroyLocalStack(emulator, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      // Another version of the program may have deployed resources that this one does not know.
      tell(
        `Not everything could be destroyed individually; stopping the emulator removes the rest: ${(error as Error).message}`,
      );
    }
    await forgetLocalStack(); // whatever could not be destroyed is gone with the emulator
  });
  return { data: undefined, text: state === "gone" ? "The emulator was gone already." : "Stopped the emulator." };
}

const UNCOUNTED = "its orders, which can't be counted now";

/** The orders that somebody placed, in words. */
async function ordersAtStake(state: EmulatorState): Promise<string | undefined> {
  const record = readRecord(folderOf(LOCAL_STACK));
  if (!record || state === "gone") return undefined; // never deployed to its end, or lost already
  if (state === "silent") return UNCOUNTED;
  try {
    const client = backOfficeClient(recordedStack(record).backOffice);
    const params = { query: { limit: MAX_LIMIT } };
    const { orders, nextCursor } = await bodyOf(client.GET("/orders", { params }));
    if (nextCursor !== undefined) return "all its orders";
    const own = orders.filter(({ customerEmail }) => customerEmail !== sampleOrder.customerEmail);
    return own.length === 0 ? undefined : `its ${counted(own.length, "order")}`;
  } catch {
    return UNCOUNTED;
  }
}
