import { ORDER_ID_PATTERN } from "../domain/ids.ts";
import { ordersTable } from "../stacks/orders-table.ts";
import type { Stack } from "../stacks/stack.ts";
import { orderIdsBeginning } from "../store/order-ids.ts";
import { CommandFailure } from "./errors.ts";
import { EXIT } from "./exit-codes.ts";

/** So many candidates are named. */
const NAMED = 5;

/**
 * The id of the order that is meant.
 *
 * @param given - An id, or its beginning, which is looked up in the stack's table.
 * @throws CommandFailure if no order's id begins so, or several do.
 */
export async function fullOrderId(stack: Stack, given: string): Promise<string> {
  if (ORDER_ID_PATTERN.test(given)) return given;
  const [id, ...others] = await orderIdsBeginning(ordersTable(stack), given, NAMED);
  if (id === undefined)
    throw new CommandFailure(EXIT.NOT_FOUND, `There is no order whose id begins with ${given} in ${stack.name}.`);
  if (others.length === 0) return id;
  const candidates = [id, ...others].map((candidate) => `\n  ${candidate}`).join("");
  throw new CommandFailure(EXIT.USAGE, `More than one order's id begins with ${given}: give more of it.${candidates}`);
}
