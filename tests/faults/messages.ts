import { readEvent } from "../../domain/events.ts";
import { mail, mailKind, sms } from "../../domain/mails.ts";
import type { OrderStory } from "../support/fulfilment.ts";
import type { CampaignBooks } from "./books.ts";

/** Each kind of mail and text message at most once; and once, unless it is known why not. */
export function wrongMessages({ order, events }: OrderStory, books: CampaignBooks): string[] {
  const { orderId, customerPhone } = order;
  const letters = books.deadLetters
    .filter(({ queue, reason }) => queue === "customers" && reason === undefined)
    .map(({ body }) => readEvent(body));
  const kinds = events.flatMap((event) => mailKind(event.type) ?? []);
  const expected = kinds.flatMap((kind) => {
    const { reason } = events.find(({ type }) => mailKind(type) === kind) ?? {};
    return [
      { message: `MAIL#${kind}`, kind, sent: count(books.mails, mail(kind, order, reason).subject) },
      ...(customerPhone === undefined
        ? []
        : [{ message: `SMS#${kind}`, kind, sent: count(books.texts, sms(kind, order, reason)) }]),
    ];
  });
  const about = [...books.mails, ...books.texts].filter((text) => text.includes(orderId));
  const known = expected.reduce((sum, { sent }) => sum + sent, 0);
  return [
    ...(about.length > known ? [`The customer of ${orderId} was told what never happened.`] : []),
    ...expected.flatMap(({ message, kind, sent }) => {
      const claim = books.claims.find((claim) => claim.orderId === orderId && claim.message === message);
      const isGivenUp = letters.some((event) => event?.orderId === orderId && mailKind(event.type) === kind);
      if (sent > 1) return [`${message} of ${orderId} was sent ${sent} times.`];
      if (claim?.status === "SENT" && sent === 0) return [`${message} of ${orderId} counts as sent, but was not.`];
      if (claim === undefined && sent > 0) return [`${message} of ${orderId} was sent without a claim.`];
      if ((claim === undefined || claim.status === "CLAIMED") && !isGivenUp)
        return [`${message} of ${orderId} was never sent, and no dead letter says why.`];
      return [];
    }),
  ];
}

function count(values: string[], value: string): number {
  return values.filter((candidate) => candidate === value).length;
}
