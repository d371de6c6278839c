import { randomUUID } from "node:crypto";
import { pick } from "es-toolkit";
import type { Booking } from "../../domain/stock.ts";
import { backOfficeClient, bodyOf } from "../../stacks/api-client.ts";
import type { Context, Report } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { shortOrdersText } from "../output/short-orders.ts";
import { table } from "../output/table.ts";
import { type ListOptions, listBookings, moreText } from "./order-api.ts";
import { repeatable } from "./repeatable.ts";

/** The options of `stock book`. */
export interface BookOptions extends Pick<Booking, "reason" | "reference" | "note"> {
  delta?: number;
  count?: number;
  expected?: number;
  key?: string;
}

/**
 * Books stock, once for each key.
 *
 * @throws CommandFailure that says how to go on where nobody knows whether it was booked.
 */
export async function bookStock(
  { stack, stackName, options }: Context<BookOptions>,
  productId: string,
): Promise<Report> {
  const { key = randomUUID() } = options;
  const body = { ...changeOf(options), ...pick(options, ["reason", "reference", "note"]) };
  const params = { path: { productId }, header: { "Idempotency-Key": key } };
  const client = backOfficeClient((await stack()).backOffice);
  const advice = `The stock may have been booked: try again with --key ${key}, which books it only once.`;
  const booking = await repeatable(bodyOf(client.POST("/products/{productId}/stock", { params, body })), advice);
  const { delta, onHand, shortOrders = 0 } = booking;
  const short = shortOrders > 0 ? `\n${shortOrdersText(shortOrders, stackName)}` : "";
  return {
    data: { ...booking, idempotencyKey: key },
    text: `Booked ${signed(delta)} of ${productId}: ${onHand} on hand.${short}`,
  };
}

function changeOf({ delta, count, expected }: BookOptions): { delta: number } | { count: number; expected: number } {
  if (delta !== undefined) return { delta };
  if (count !== undefined && expected !== undefined) return { count, expected };
  throw new CommandFailure(EXIT.USAGE, "Say either --delta, or --count and --expected.");
}

/** Lists a page of bookings, or all. */
export async function showBookings({ stack, options, page }: Context<ListOptions>, productId: string): Promise<Report> {
  const list = await listBookings((await stack()).backOffice, productId, options);
  const rows = list.bookings.map(({ at, delta, onHand, reason, reference = "", note = "", actor }) => [
    ...[at.slice(0, 19), signed(delta), String(onHand), reason],
    ...[reference, note, actor],
  ]);
  const heads = ["TIME (UTC)", "UNITS", "ON HAND", "REASON", "REFERENCE", "NOTE", "BY"];
  const shown = rows.length === 0 ? "No bookings." : table(heads, rows, page);
  return { data: list, text: shown + moreText(list) };
}

function signed(units: number): string {
  return units > 0 ? `+${units}` : String(units);
}
