import { sumBy } from "es-toolkit";
import { readEvent } from "../../domain/events.ts";
import { mail, mailKind, sms } from "../../domain/mails.ts";
import type { OrderRecords } from "../support/table.ts";
import type { ObservedState } from "./observed-state.ts";

/** Each email and text message is sent at most once, and exactly once unless there is a known reason. */
export function checkNotifications({ order, events }: OrderRecords, state: ObservedState): string[] {
  const { orderId, customerPhone } = order;
  const failed = state.deadLetters
    .filter(({ queue, reason }) => queue === "customers" && reason === undefined)
    .map(({ body }) => readEvent(body));
  const kinds = events.flatMap((event) => mailKind(event.type) ?? []);
  const expected = kinds.flatMap((kind) => {
    const { reason } = events.find(({ type }) => mailKind(type) === kind) ?? {};
    return [
      { message: `MAIL#${kind}`, kind, sent: count(state.mails, mail(kind, order, reason).subject) },
      ...(customerPhone === undefined
        ? []
        : [{ message: `SMS#${kind}`, kind, sent: count(state.texts, sms(kind, order, reason)) }]),
    ];
  });
  const about = [...state.mails, ...state.texts].filter((text) => text.includes(orderId));
  const known = sumBy(expected, ({ sent }) => sent);
  return [
    ...(about.length > known ? [`The customer of ${orderId} was notified of something that never happened.`] : []),
    ...expected.flatMap(({ message, kind, sent }) => {
      const record = state.notifications.find((each) => each.orderId === orderId && each.message === message);
      const isDeadLetter = failed.some((event) => event?.orderId === orderId && mailKind(event.type) === kind);
      if (sent > 1) return [`${message} of ${orderId} was sent ${sent} times.`];
      if (record?.status === "SENT" && sent === 0)
        return [`${message} of ${orderId} is recorded as sent, but was not.`];
      if (record === undefined && sent > 0) return [`${message} of ${orderId} was sent without a claim.`];
      if ((record === undefined || record.status === "CLAIMED") && !isDeadLetter)
        return [`${message} of ${orderId} was never sent, and no dead letter explains it.`];
      return [];
    }),
  ];
}

function count(values: string[], value: string): number {
  return values.filter((candidate) => candidate === value).length;
}
