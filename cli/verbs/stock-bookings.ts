import { randomUUID } from "node:crypto";
import type { BookingList } from "../../domain/contract/responses.ts";
import type { BookStock } from "../../domain/contract/schemas.ts";
import type { Booking } from "../../domain/stock.ts";
import { call } from "../../stacks/api-client.ts";
import type { Context, Report } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { table } from "../output/table.ts";
import { moreText } from "./order-api.ts";

/** The options of `stock book`. */
export interface BookOptions extends Pick<Booking, "reason" | "reference" | "note"> {
  delta?: number;
  count?: number;
  expected?: number;
  key?: string;
}

/** Books stock. */
export async function bookStock({ stack, options }: Context<BookOptions>, id: string): Promise<Report> {
  const { reason, reference, note, key = randomUUID() } = options;
  const about = { reason, ...(reference !== undefined && { reference }), ...(note !== undefined && { note }) };
  const body: BookStock = { ...changeOf(options), ...about };
  const { backOffice } = await stack();
  const booking = await call<Booking>(backOffice, "POST", `${pathOf(id)}/stock`, body, { "idempotency-key": key });
  return { data: booking, text: `Booked ${signed(booking.delta)} of ${id}: ${booking.onHand} on hand.` };
}

function changeOf({ delta, count, expected }: BookOptions): { delta: number } | { count: number; expected: number } {
  if (delta !== undefined) return { delta };
  if (count !== undefined && expected !== undefined) return { count, expected };
  throw new CommandFailure(EXIT.USAGE, "Say either --delta, or --count and --expected.");
}

/** Lists a page of bookings. */
export async function listBookings(
  { stack, options, page }: Context<{ limit?: number; cursor?: string }>,
  id: string,
): Promise<Report> {
  const { limit, cursor } = options;
  const query = new URLSearchParams({ ...(limit && { limit: String(limit) }), ...(cursor && { cursor }) });
  const list = await call<BookingList>((await stack()).backOffice, "GET", `${pathOf(id)}/stock?${query}`);
  const rows = list.bookings.map(({ at, delta, onHand, reason, reference = "", note = "", actor }) => [
    ...[at.slice(0, 19), signed(delta), String(onHand), reason],
    ...[reference, note, actor],
  ]);
  const heads = ["TIME (UTC)", "UNITS", "ON HAND", "REASON", "REFERENCE", "NOTE", "BY"];
  const shown = rows.length === 0 ? "No bookings." : table(heads, rows, page);
  return { data: list, text: shown + moreText(list) };
}

function pathOf(id: string): string {
  return `/products/${encodeURIComponent(id)}`;
}

function signed(units: number): string {
  return units > 0 ? `+${units}` : String(units);
}
