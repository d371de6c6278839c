import { randomUUID } from "node:crypto";
import { pick } from "es-toolkit";
import type { Booking } from "../../domain/stock.ts";
import { backOfficeClient, bodyOf } from "../../stacks/api-client.ts";
import type { Context, Report } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { table } from "../output/table.ts";
import { moreText } from "./order-api.ts";
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
export async function bookStock({ stack, options }: Context<BookOptions>, productId: string): Promise<Report> {
  const { key = randomUUID() } = options;
  const body = { ...changeOf(options), ...pick(options, ["reason", "reference", "note"]) };
  const params = { path: { productId }, header: { "Idempotency-Key": key } };
  const client = backOfficeClient((await stack()).backOffice);
  const advice = `The stock may have been booked: try again with --key ${key}, which books it only once.`;
  const booking = await repeatable(bodyOf(client.POST("/products/{productId}/stock", { params, body })), advice);
  return {
    data: { ...booking, idempotencyKey: key },
    text: `Booked ${signed(booking.delta)} of ${productId}: ${booking.onHand} on hand.`,
  };
}

function changeOf({ delta, count, expected }: BookOptions): { delta: number } | { count: number; expected: number } {
  if (delta !== undefined) return { delta };
  if (count !== undefined && expected !== undefined) return { count, expected };
  throw new CommandFailure(EXIT.USAGE, "Say either --delta, or --count and --expected.");
}

/** Lists a page of bookings. */
export async function listBookings(
  { stack, options, page }: Context<{ limit?: number; cursor?: string }>,
  productId: string,
): Promise<Report> {
  const params = { path: { productId }, query: pick(options, ["limit", "cursor"]) };
  const client = backOfficeClient((await stack()).backOffice);
  const list = await bodyOf(client.GET("/products/{productId}/stock", { params }));
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
