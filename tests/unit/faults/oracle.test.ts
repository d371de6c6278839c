import { expect } from "chai";
import { describe, it } from "mocha";
import type { CampaignBooks, Claim } from "../../faults/books.ts";
import { goodBooks, ID } from "../../faults/made-up-books.ts";
import { brokenPromises } from "../../faults/oracle.ts";
import { answerOf, books, finds, letterOf, placedOf, storyOf } from "../../faults/spoilt-books.ts";

describe("The campaign's judge", () => {
  it("finds nothing where every promise was kept", () => {
    expect(brokenPromises(goodBooks())).to.deep.equal([]);
  });

  const excused: Record<string, (books: CampaignBooks) => void> = {
    "a mail that nobody can tell of whether it was sent": (books) => {
      books.mails.shift();
      Object.assign(books.claims[0] as Claim, { status: "UNKNOWN" });
    },
    "a mail that is a dead letter": (books) => {
      books.mails.shift();
      books.claims.shift();
      books.deadLetters.push({ queue: "customers", body: letterOf(books, 0, 0), reason: undefined });
    },
    "a message of the order queue that was given up, once the sweeper did its work": (books) => {
      books.deadLetters.push({ queue: "order", body: letterOf(books, 0, 0), reason: undefined });
    },
    "an order that failed for a reason of ours, and was undone": (books) => {
      storyOf(books, 2).order.failureReason = "INTERNAL";
    },
    "an order without a key that was placed without an answer": (books) => {
      Object.assign(placedOf(books, 2), { key: undefined, outcomes: [{ status: 0, isReplay: false }] });
    },
  };
  for (const [what, excuse] of Object.entries(excused)) {
    it(`takes no offence at ${what}`, () => {
      expect(brokenPromises(books(excuse))).to.deep.equal([]);
    });
  }

  finds([
    [
      /customer-0 was accepted, and is lost/,
      "an order that is lost",
      (books) => {
        books.orders.shift();
        books.stories = new Map([...books.stories].slice(1));
      },
    ],
    [
      /customer-1 has 2 orders of one key/,
      "two orders of one key",
      (books) => {
        books.orders.push({ ...(books.orders[1] as (typeof books.orders)[number]), orderId: `${ID}9` });
      },
    ],
    [
      /customer-0 got different answers to one key/,
      "a replay that says something else",
      (books) => {
        answerOf(books, 0, 2).body = { ...answerOf(books, 0, 2).body, totalAmount: 1 };
      },
    ],
    [
      /customer-0 got two first answers to one key/,
      "a second first answer",
      (books) => {
        answerOf(books, 0, 2).isReplay = false;
      },
    ],
    [
      /customer-0 got no order, however often it was asked for/,
      "a key that never helps",
      (books) => {
        placedOf(books, 0).outcomes.push({ status: 503, body: {}, isReplay: false });
      },
    ],
    [
      /customer-0 was refused with 422 for a good order/,
      "a good order that is refused",
      (books) => {
        placedOf(books, 0).outcomes.unshift({ status: 422, body: {}, isReplay: false });
      },
    ],
    [
      /customer-0's key was taken for something else/,
      "a key that is taken for another order",
      (books) => {
        placedOf(books, 0).reuses.push({ status: 201, body: {}, isReplay: false });
      },
    ],
    [
      /Nobody asked for the order/,
      "an order out of nowhere",
      (books) => {
        books.placed.pop();
      },
    ],
    [
      /A request was answered with 500/,
      "a request for an order that crashes",
      (books) => {
        placedOf(books, 0).outcomes.unshift({ status: 500, body: {}, isReplay: false });
      },
    ],
    [
      /A request was answered with 500/,
      "a wish that crashes",
      (books) => {
        books.wishes[0]?.answers.unshift(500);
      },
    ],
    [
      /A request was answered with 500/,
      "a new price that crashes",
      (books) => {
        books.repricings.push(500);
      },
    ],
    [
      /A new price was refused with 409/,
      "a new price that is refused",
      (books) => {
        books.repricings.push(409);
      },
    ],
    [
      /ended wrongly: the order is PROCESSING/,
      "an order without an end",
      (books) => {
        storyOf(books, 0).order.status = "PROCESSING";
      },
    ],
    [
      /ended wrongly: expected \[ 2, \+0 \]/,
      "a second charge",
      (books) => {
        storyOf(books, 0).charge.charges = 2;
      },
    ],
    [
      /ended wrongly: expected \+0 to equal 1/,
      "a refund that is missing",
      (books) => {
        storyOf(books, 1).charge.refunds = 0;
      },
    ],
    [
      /ended wrongly: expected \[ 'RESERVED', 'VOIDED' \]/,
      "stock that nobody gave back",
      (books) => {
        storyOf(books, 1).reservation = { status: "RESERVED" };
      },
    ],
    [
      /4 pieces of PLENTY-0 are gone from the stock, but .* have 2/,
      "stock that is missing",
      (books) => {
        books.taken = { "PLENTY-0": 4 };
      },
    ],
    [
      /were not charged what they should have been/,
      "a charge of an order that failed",
      (books) => {
        Object.assign(storyOf(books, 2).charge, { charges: 1 });
      },
    ],
    [
      /failed for OUT_OF_STOCK, which it has no cause for/,
      "an order that fails without a cause",
      (books) => {
        storyOf(books, 2).order.failureReason = "OUT_OF_STOCK";
      },
    ],
    [
      /Nothing failed meanwhile, but the order of customer-2 was not completed/,
      "an order that failed for a reason of ours, though nothing was wrong",
      (books) => {
        placedOf(books, 2).isCalm = true;
        storyOf(books, 2).order.failureReason = "INTERNAL";
      },
    ],
    [
      /was completed with pm_card_chargeDeclined/,
      "a declined card that goes through",
      (books) => {
        storyOf(books, 0).order.paymentMethod = "pm_card_chargeDeclined";
      },
    ],
    [
      /has a price of PLENTY-0 that it never had/,
      "a price of nowhere",
      (books) => {
        books.prices = { "PLENTY-0": [11] };
      },
    ],
    [
      /ended wrongly: expected \[ 1, 2, 4 \]/,
      "a version that is missing",
      (books) => {
        storyOf(books, 0).events.splice(2, 1);
      },
    ],
    [
      /was to be CANCELLED, and is SHIPPED/,
      "a cancellation that was promised and forgotten",
      (books) => {
        books.wishes[1]?.answers.push(202);
      },
    ],
    [
      /is CANCELLED, which nobody wanted/,
      "a cancellation that nobody wanted",
      (books) => {
        books.wishes.splice(2, 1);
      },
    ],
    [
      /list has the order .* as PENDING, but it is SHIPPED/,
      "a list that is behind",
      (books) => {
        Object.assign(books.orders[0] as object, { status: "PENDING" });
      },
    ],
  ]);
});
