import { sumBy } from "es-toolkit";
import { type OrderEvent, readEvent } from "../../domain/events.ts";
import { type MailName, mailKind, mailName, textedPhone } from "../../domain/mails.ts";
import { sms } from "../../mails/render.ts";
import { wordsOf } from "../../mails/view.ts";
import type { OrderRecords } from "../support/table.ts";
import type { ObservedState } from "./observed-state.ts";

/** How often a message is sent at most. A lost email is worse than a doubled one; a second text message costs money. */
const MOST = { MAIL: 2, SMS: 1 };

/**
 * Each email is sent at least once, unless a dead letter says why not. Each text message is sent at most once, and exactly
 * once unless nobody can tell.
 */
export function checkNotifications({ order, events }: OrderRecords, state: ObservedState): string[] {
  const { orderId } = order;
  const failed = state.deadLetters
    .filter(({ queue }) => queue === "customers")
    .map(({ body, reason }) => ({ event: readEvent(body), reason }));
  const expected = events.flatMap((event) => {
    const kind = mailKind(event.type);
    if (kind === undefined) return [];
    const name = mailName(kind, event);
    return [
      {
        message: `MAIL#${name}`,
        name,
        most: MOST.MAIL,
        sent: count(state.mails, wordsOf(kind, { order, event }).subject),
      },
      ...(textedPhone(kind, order) === undefined
        ? []
        : [{ message: `SMS#${name}`, name, most: MOST.SMS, sent: count(state.texts, sms(kind, { order, event })) }]),
    ];
  });
  const about = [...state.mails, ...state.texts].filter((text) => text.includes(orderId));
  const known = sumBy(expected, ({ sent }) => sent);
  return [
    ...(about.length > known ? [`The customer of ${orderId} was notified of something that never happened.`] : []),
    ...expected.flatMap(({ message, name, most, sent }) => {
      const record = state.notifications.find((each) => each.orderId === orderId && each.message === message);
      const isDeadLetter = failed.some(
        ({ event, reason }) =>
          (reason === undefined || record?.status === "UNKNOWN") &&
          event?.orderId === orderId &&
          mailNameOf(event) === name,
      );
      if (sent > most) return [`${message} of ${orderId} was sent ${sent} times.`];
      if (record?.status === "SENT" && sent === 0)
        return [`${message} of ${orderId} is recorded as sent, but was not.`];
      if (record === undefined && sent > 0) return [`${message} of ${orderId} was sent without a claim.`];
      const mayBeLost =
        most === MOST.MAIL ? record?.status !== "SENT" : !["SENT", "UNKNOWN"].includes(record?.status ?? "");
      if (mayBeLost && !isDeadLetter)
        return [`${message} of ${orderId} was not sent for certain, and no dead letter explains it.`];
      return [];
    }),
  ];
}

/** The name of the email that reports an event, if one does. */
export function mailNameOf(event: OrderEvent): MailName | undefined {
  const kind = mailKind(event.type);
  return kind && mailName(kind, event);
}

function count(values: string[], value: string): number {
  return values.filter((candidate) => candidate === value).length;
}
