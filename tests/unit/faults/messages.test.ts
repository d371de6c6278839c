import { describe } from "mocha";
import type { OrderEvent } from "../../../domain/events.ts";
import { ID } from "../../faults/made-up-books.ts";
import { finds, letterOf, storyOf } from "../../faults/spoilt-books.ts";

describe("The campaign's judge of events, messages and what belongs to no order", () => {
  finds([
    [
      /The table has CHARGE of GATEWAY#.*9, which is no order/,
      "a charge of no order",
      (books) => {
        books.records.push({ pk: `GATEWAY#${ID}9`, sk: "CHARGE" });
      },
    ],
    [
      /The table has MAIL#placed of ORDER#.*9, which is no order/,
      "a claim of no order",
      (books) => {
        books.records.push({ pk: `ORDER#${ID}9`, sk: "MAIL#placed" });
      },
    ],
    [
      /The topic told OrderPlaced of .*9, which is no order/,
      "an event of no order",
      (books) => {
        books.heard.push({ ...storyOf(books, 0).events[0], orderId: `${ID}9` } as OrderEvent);
      },
    ],
    [
      /A customer was told of no order: "Your order .*9 was placed"/,
      "a mail of no order",
      (books) => {
        books.mails.push(`Your order ${ID}9 was placed`);
      },
    ],
    [
      /A customer was told of no order: "Your order .*9 was placed"/,
      "a text message of no order",
      (books) => {
        books.texts.push(`Your order ${ID}9 was placed`);
      },
    ],
    [
      /never told of OrderCompleted/,
      "an event that was never told",
      (books) => {
        books.heard = books.heard.filter(({ type }) => type !== "OrderCompleted");
      },
    ],
    [
      /told of OrderCompleted, the event .*, which never happened so/,
      "an event that never happened",
      (books) => {
        books.heard.push({ ...storyOf(books, 2).events[1], type: "OrderCompleted" } as OrderEvent);
      },
    ],
    [
      /MAIL#placed of .* was sent 2 times/,
      "a mail that comes twice",
      (books) => {
        books.mails.push(books.mails[0] as string);
      },
    ],
    [
      /SMS#placed of .* was sent 2 times/,
      "a text message that comes twice",
      (books) => {
        books.texts.push(books.texts[0] as string);
      },
    ],
    [
      /MAIL#placed of .* counts as sent, but was not/,
      "a mail that never came",
      (books) => {
        books.mails.shift();
      },
    ],
    [
      /MAIL#placed of .* was never sent, and no dead letter says why/,
      "a mail that nobody tried to send",
      (books) => {
        books.mails.shift();
        books.claims.shift();
      },
    ],
    [
      /was told what never happened/,
      "a mail about nothing",
      (books) => {
        books.mails.push(`Your order ${ID}2 is on its way`);
      },
    ],
    [
      /An event was given up/,
      "an event that was given up",
      (books) => {
        books.deadLetters.push({ queue: "unpublished", body: "{}", reason: "It is no event." });
      },
    ],
    [
      /MAIL#placed of .* was never sent, and no dead letter says why/,
      "a mail that was set aside instead of being sent",
      (books) => {
        books.mails.shift();
        books.claims.shift();
        books.deadLetters.push({ queue: "customers", body: letterOf(books, 0, 0), reason: "There is no order." });
      },
    ],
    [
      /A message of the queue customers was set aside, "There is no order\."/,
      "an event that was set aside, though its mail was sent",
      (books) => {
        books.deadLetters.push({ queue: "customers", body: letterOf(books, 0, 0), reason: "There is no order." });
      },
    ],
    [
      /A dead letter of the queue order is about no order/,
      "a dead letter that nothing explains",
      (books) => {
        books.deadLetters.push({ queue: "order", body: "nonsense", reason: undefined });
      },
    ],
  ]);
});
