import { type OrderEvent, readEvent } from "../../domain/events.ts";
import type { FailureReason } from "../../domain/failure-reasons.ts";
import { fromMinor } from "../../domain/money.ts";
import { needsWork } from "../../domain/order.ts";
import { type Books, faultsIn } from "../../load/run-outcome.ts";
import type { OrderStory } from "../support/fulfilment.ts";
import { checkEnd } from "../support/order-end.ts";
import type { CampaignBooks, Placed } from "./books.ts";
import { wrongMessages } from "./messages.ts";
import { orphans } from "./orphans.ts";

/** Everything that doesn't fit what the system promises, a sentence each; nothing when it kept every promise. */
export function brokenPromises(books: CampaignBooks): string[] {
  return [
    ...books.placed.flatMap((placed) => wrongAnswers(placed, books)),
    ...wrongStatuses(books),
    ...orphans(books),
    ...brokenCalm(books),
    ...[...books.stories.values()].flatMap((story) => [
      ...wrongEnd(story),
      ...wrongReason(story),
      ...wrongPrices(story, books),
      ...wrongEvents(story, books),
      ...wrongMessages(story, books),
    ]),
    ...wrongWishes(books),
    ...wrongLists(books),
    ...wrongSums(books),
    ...wrongDeadLetters(books),
  ];
}

/** One key, one order, one answer. */
function wrongAnswers({ body, key, outcomes, reuses }: Placed, { orders }: CampaignBooks): string[] {
  const { customerId } = body;
  const own = orders.filter((order) => order.customerId === customerId).map(({ orderId }) => orderId);
  const accepted = outcomes.filter(({ status }) => status === 201);
  const ids = new Set(accepted.map(({ body }) => body.orderId));
  const faults: string[] = [];
  for (const id of ids)
    if (!own.includes(id)) faults.push(`The order ${id} of ${customerId} was accepted, and is lost.`);
  const refused = outcomes.filter(({ status }) => status >= 400 && status < 500 && status !== 409);
  if (refused.length > 0) faults.push(`${customerId} was refused with ${refused[0]?.status} for a good order.`);
  if (reuses.some(({ status }) => status < 400 && status !== 0))
    faults.push(`${customerId}'s key was taken for something else.`);
  if (key === undefined) {
    if (ids.size < accepted.length) faults.push(`Two orders of ${customerId} without a key became one.`);
    if (own.length > outcomes.length)
      faults.push(`${customerId} has ${own.length} orders of ${outcomes.length} requests.`);
    return faults;
  }
  if (own.length > 1) faults.push(`${customerId} has ${own.length} orders of one key.`);
  if (outcomes.at(-1)?.status !== 201) faults.push(`${customerId} got no order, however often it was asked for.`);
  if (new Set(accepted.map(({ body }) => JSON.stringify(body))).size > 1)
    faults.push(`${customerId} got different answers to one key.`);
  if (accepted.filter(({ isReplay }) => !isReplay).length > 1)
    faults.push(`${customerId} got two first answers to one key.`);
  return faults;
}

/** Whatever fails, nobody hears of an error that nobody expected; and a good price is never refused. */
function wrongStatuses({ placed, wishes, repricings }: CampaignBooks): string[] {
  const statuses = [
    ...placed.flatMap(({ outcomes, reuses }) => [...outcomes, ...reuses]).map(({ status }) => status),
    ...wishes.flatMap(({ answers }) => answers),
    ...repricings,
  ];
  const refused = repricings.filter((status) => status >= 400 && status < 500);
  return [
    ...statuses.filter((status) => status === 500).map(() => "A request was answered with 500."),
    ...refused.map((status) => `A new price was refused with ${status}.`),
  ];
}

/** While nothing fails, no reason of ours excuses an order that isn't fulfilled. */
function brokenCalm({ placed, orders }: CampaignBooks): string[] {
  return placed
    .filter(({ isCalm }) => isCalm)
    .flatMap(({ body: { customerId } }) => {
      const own = orders.filter((order) => order.customerId === customerId);
      return own.some(({ history }) => history.some(({ status }) => status === "COMPLETED"))
        ? []
        : [`Nothing failed meanwhile, but the order of ${customerId} was not completed.`];
    });
}

/** All that one order's records say of its end. */
function wrongEnd(story: OrderStory): string[] {
  try {
    checkEnd(story);
    return [];
  } catch (error) {
    return [`The order ${story.order.orderId} ended wrongly: ${(error as Error).message}.`];
  }
}

/** What a payment method can come to but its approval. */
const REASONS: readonly [RegExp, FailureReason[]][] = [
  [/^pm_card_chargeDeclined$/, ["PAYMENT_DECLINED"]],
  [/^pm_card_chargeDeclinedInsufficientFunds$/, ["INSUFFICIENT_FUNDS"]],
  [/^pm_simulated_(error|timeout)/, ["PAYMENT_UNAVAILABLE"]],
];

/** Payments that nothing can make good. */
const HOPELESS = /chargeDeclined|error_always|simulated_timeout$/;

/** An order fails for a reason that it has, or for one of ours. */
function wrongReason({ order }: OrderStory): string[] {
  const { orderId, status, failureReason, paymentMethod = "", items } = order;
  if (HOPELESS.test(paymentMethod) && order.history.some(({ status }) => status === "COMPLETED"))
    return [`The order ${orderId} was completed with ${paymentMethod}.`];
  if (status !== "FAILED") return [];
  const own = REASONS.filter(([method]) => method.test(paymentMethod)).flatMap(([, reasons]) => reasons);
  const sold = items.some(({ productId }) => productId === "SCARCE") ? (["OUT_OF_STOCK"] as const) : [];
  const possible: (FailureReason | undefined)[] = ["INTERNAL", ...own, ...sold];
  return possible.includes(failureReason)
    ? []
    : [`The order ${orderId} failed for ${failureReason}, which it has no cause for.`];
}

function wrongPrices({ order }: OrderStory, { prices }: CampaignBooks): string[] {
  const wrong = order.items.filter(
    ({ productId, unitPriceMinor }) => !prices[productId]?.includes(fromMinor(unitPriceMinor)),
  );
  return wrong.map(({ productId }) => `The order ${order.orderId} has a price of ${productId} that it never had.`);
}

/** Every event was told at least once, as it happened, and no other. */
function wrongEvents({ order, events }: OrderStory, { heard }: CampaignBooks): string[] {
  const own = heard.filter(({ orderId }) => orderId === order.orderId);
  const told = new Map(own.map((event) => [event.eventId, event]));
  const happened = new Map(events.map((event) => [event.eventId, JSON.stringify(sorted(event))]));
  return [
    ...events
      .filter(({ eventId }) => !told.has(eventId))
      .map(({ eventId, type }) => `The topic never told of ${type}, the event ${eventId}.`),
    ...own
      .filter((event) => happened.get(event.eventId) !== JSON.stringify(sorted(event)))
      .map(({ eventId, type }) => `The topic told of ${type}, the event ${eventId}, which never happened so.`),
  ];
}

function sorted(event: OrderEvent) {
  return Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What was promised to the back office has come about; and nothing that nobody wanted. */
function wrongWishes({ wishes, stories }: CampaignBooks): string[] {
  const kept = wishes.flatMap(({ orderId, status, answers }) => {
    const actual = stories.get(orderId)?.order.status;
    const isPromised = answers.includes(status === "CANCELLED" ? 202 : 200);
    return isPromised && actual !== status ? [`The order ${orderId} was to be ${status}, and is ${actual}.`] : [];
  });
  const unwanted = [...stories.values()].flatMap(({ order: { orderId, status } }) => {
    if (status !== "CANCELLED" && status !== "SHIPPED") return [];
    const isWanted = wishes.some((wish) => wish.orderId === orderId && wish.status === status);
    return isWanted ? [] : [`The order ${orderId} is ${status}, which nobody wanted.`];
  });
  return [...kept, ...unwanted];
}

/** The API shows what the table has. */
function wrongLists({ orders, stories }: CampaignBooks): string[] {
  const listed = new Map(orders.map((order) => [order.orderId, order]));
  return [...stories.values()].flatMap(({ order: { orderId, status, totalMinor } }) => {
    const shown = listed.get(orderId);
    if (!shown) return [`The back office's list misses the order ${orderId}.`];
    return shown.status === status && shown.totalAmount === fromMinor(totalMinor)
      ? []
      : [`The back office's list has the order ${orderId} as ${shown.status}, but it is ${status}.`];
  });
}

/** Sums of pieces and money, as the load test adds them up. */
function wrongSums({ placed, orders, stories, taken }: CampaignBooks): string[] {
  const outcomes = placed.flatMap(({ outcomes }) => outcomes);
  const accepted = new Set(outcomes.filter(({ status }) => status === 201).map(({ body }) => body.orderId)).size;
  const books: Books = {
    sent: outcomes.length,
    accepted,
    // Replays and refusals place nothing; those that got no answer may have.
    refused: outcomes.filter(({ status }) => status >= 200 && status < 500).length - accepted,
    orders,
    paid: new Map(
      [...stories].map(([id, { order, charge }]) => [id, (charge.charges - charge.refunds) * order.totalMinor]),
    ),
    taken,
  };
  return faultsIn(books);
}

/**
 * An order's workflow that was not started is the sweeper's; a mail that was not sent is counted; an event is neither. And
 * nothing is set aside for a reason: all that a round sends can succeed.
 */
function wrongDeadLetters({ deadLetters, stories }: CampaignBooks): string[] {
  return deadLetters.flatMap(({ queue, body, reason }) => {
    if (queue === "unpublished") return [`An event was given up: ${body}.`];
    if (reason !== undefined) return [`A message of the queue ${queue} was set aside, "${reason}": ${body}.`];
    const event = readEvent(body);
    const order = event && stories.get(event.orderId)?.order;
    if (!order) return [`A dead letter of the queue ${queue} is about no order: ${body}.`];
    if (queue === "order" && needsWork(order)) return [`The order ${order.orderId} was given up.`];
    return [];
  });
}
