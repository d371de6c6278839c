import type { PlaceOrder } from "../../domain/contract/order-request.ts";
import type { FullOrder } from "../../domain/contract/responses.ts";
import type { OrderEvent } from "../../domain/events.ts";
import type { Answer } from "../support/api-client.ts";
import type { OrderStory } from "../support/fulfilment.ts";
import type { StoredItem } from "../support/table.ts";

/** What a client got: an answer, or nothing it could make anything of. */
export type Outcome = Pick<Answer, "status" | "body"> & { isReplay: boolean };

/** A customer's order, and what became of the requests for it. */
export interface Placed {
  /** Nobody else's. */
  body: PlaceOrder & { customerId: string };
  key: string | undefined;
  /** Whether nothing failed from its first request to its fulfilment. */
  isCalm: boolean;
  /** Of all requests that were sent, the first one first. Status 0: no answer came. */
  outcomes: Outcome[];
  /** Of requests with the same key for something else. */
  reuses: Outcome[];
}

/** Somebody wanted something to become of an order. */
export interface Wish {
  orderId: string;
  status: "CANCELLED" | "SHIPPED";
  /** HTTP status of each answer; 0: none came. */
  answers: number[];
}

/** What a message to a customer came to, as it was claimed. */
export interface Claim {
  orderId: string;
  /** E.g. `MAIL#placed`. */
  message: string;
  status: "CLAIMED" | "SENT" | "UNKNOWN";
}

/** A message in a queue for what failed. */
export interface DeadLetter {
  queue: "order" | "customers" | "unpublished";
  body: string;
  /** Why a function set it aside at once. Without one, it was tried as often as the queue allows. */
  reason: string | undefined;
}

/** What a round came to: what its clients know, and what can be seen from outside when all is at rest. */
export interface CampaignBooks {
  placed: Placed[];
  wishes: Wish[];
  /** HTTP status of each answer to a new price; 0: none came. */
  repricings: number[];
  /** What products cost at any time, in dollars, by product. */
  prices: Readonly<Record<string, number[]>>;
  /** Orders as the back office lists them. */
  orders: FullOrder[];
  /** All that the table has of each order, by id. */
  stories: ReadonlyMap<string, OrderStory>;
  /** Keys of all that the table has. */
  records: Pick<StoredItem, "pk" | "sk">[];
  claims: Claim[];
  /** Pieces that the stock has less than before, by product. */
  taken: Readonly<Record<string, number>>;
  /** Events that the topic told, each as often as it came. */
  heard: OrderEvent[];
  /** Subjects of all mails. */
  mails: string[];
  texts: string[];
  deadLetters: DeadLetter[];
}
