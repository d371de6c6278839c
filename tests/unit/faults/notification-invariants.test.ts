import { describe } from "mocha";
import type { OrderEvent } from "../../../domain/events.ts";
import type { NotificationRecord } from "../../faults/observed-state.ts";
import { ID } from "./fixtures.ts";
import { eventJson, itDetects, recordsOf } from "./mutations.ts";

describe("The campaign's invariants of events, notifications and references", () => {
  itDetects([
    [
      /The table has the item GATEWAY#.*9, CHARGE of an unknown order/,
      "a charge of an unknown order",
      (state) => {
        state.itemKeys.push({ pk: `GATEWAY#${ID}9`, sk: "CHARGE" });
      },
    ],
    [
      /The table has the item ORDER#.*9, MAIL#placed of an unknown order/,
      "a notification record of an unknown order",
      (state) => {
        state.itemKeys.push({ pk: `ORDER#${ID}9`, sk: "MAIL#placed" });
      },
    ],
    [
      /OrderPlaced was published for the unknown order .*9/,
      "an event of an unknown order",
      (state) => {
        state.events.push({ ...recordsOf(state, 0).events[0], orderId: `${ID}9` } as OrderEvent);
      },
    ],
    [
      /A customer was notified of an unknown order: "Your order .*9 was placed"/,
      "an email about an unknown order",
      (state) => {
        state.mails.push(`Your order ${ID}9 was placed`);
      },
    ],
    [
      /A customer was notified of an unknown order: "Your order .*9 was placed"/,
      "a text message about an unknown order",
      (state) => {
        state.texts.push(`Your order ${ID}9 was placed`);
      },
    ],
    [
      /The event .*, OrderCompleted, was never published/,
      "an event that was not published",
      (state) => {
        state.events = state.events.filter(({ type }) => type !== "OrderCompleted");
      },
    ],
    [
      /The published event .*, OrderCompleted, differs from what happened/,
      "an event that never happened",
      (state) => {
        state.events.push({ ...recordsOf(state, 2).events[1], type: "OrderCompleted" } as OrderEvent);
      },
    ],
    [
      /MAIL#placed of .* was sent 3 times/,
      "an email that is sent three times",
      (state) => {
        state.mails.push(state.mails[0] as string, state.mails[0] as string);
      },
    ],
    [
      /MAIL#placed of .* was not sent for certain, and no dead letter explains it/,
      "an email of unknown outcome that nobody hears of",
      (state) => {
        Object.assign(state.notifications[0] as NotificationRecord, { status: "UNKNOWN" });
      },
    ],
    [
      /SMS#completed of .* was sent 2 times/,
      "a text message that is sent twice",
      (state) => {
        state.texts.push(state.texts[0] as string);
      },
    ],
    [
      /MAIL#placed of .* is recorded as sent, but was not/,
      "an email that is recorded as sent, but was not",
      (state) => {
        state.mails.shift();
      },
    ],
    [
      /MAIL#placed of .* was not sent for certain, and no dead letter explains it/,
      "an email that was never sent",
      (state) => {
        state.mails.shift();
        state.notifications.shift();
      },
    ],
    [
      /was notified of something that never happened/,
      "an email about something that never happened",
      (state) => {
        state.mails.push(`Your order ${ID}2 is on its way`);
      },
    ],
    [
      /An event is in the failure queue/,
      "an event in the failure queue",
      (state) => {
        state.deadLetters.push({ queue: "unpublished", body: "{}", reason: "The record has no event." });
      },
    ],
    [
      /MAIL#placed of .* was not sent for certain, and no dead letter explains it/,
      "an email whose event was rejected",
      (state) => {
        state.mails.shift();
        state.notifications.shift();
        state.deadLetters.push({ queue: "customers", body: eventJson(state, 0, 0), reason: "There is no order." });
      },
    ],
    [
      /A message of the queue customers was rejected, "There is no order\."/,
      "an event that was rejected, although its email was sent",
      (state) => {
        state.deadLetters.push({ queue: "customers", body: eventJson(state, 0, 0), reason: "There is no order." });
      },
    ],
    [
      /A dead letter of the queue order has no known order/,
      "an unexplained dead letter",
      (state) => {
        state.deadLetters.push({ queue: "order", body: "nonsense", reason: undefined });
      },
    ],
  ]);
});
