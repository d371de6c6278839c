import type { PlaceOrder } from "../../domain/contract/order-request.ts";
import type { FullOrder } from "../../domain/contract/responses.ts";
import type { OrderEvent } from "../../domain/events.ts";
import type { ApiResponse } from "../support/api-client.ts";
import type { OrderRecords, StoredItem } from "../support/table.ts";
import type { Placement } from "./plan.ts";

/** A response to `POST /orders`. Status 0: no response. */
export type OrderResponse = Pick<ApiResponse, "status" | "body"> & { isReplay: boolean };

/** A customer's order, with the responses to its requests. */
export interface PlacedOrder {
  /** The customer id is unique. */
  body: PlaceOrder & { customerId: string };
  at: Placement["at"];
  key: string | undefined;
  /** Whether no fault was injected from its first request until it was final. */
  isFaultFree: boolean;
  /** One per request, oldest first. */
  responses: OrderResponse[];
  /** Responses to requests with the same key but another body. */
  keyReuses: OrderResponse[];
}

/** A customer's request for a payment that waits for them. */
export interface PaymentRequest {
  orderId: string;
  paymentMethod: string | undefined;
  /** HTTP status of each response; 0: no response. */
  responses: number[];
}

/** The back office's request to refund a part of an order. */
export interface RefundRequest {
  orderId: string;
  /** Unique to the request. */
  amountMinor: number;
  /** HTTP status of each response; 0: no response. */
  responses: number[];
}

/** The back office's requests for a new status of an order. */
export interface StatusRequest {
  orderId: string;
  status: "CANCELLED" | "SHIPPED";
  /** HTTP status of each response; 0: no response. */
  responses: number[];
}

/** The table's record of an email or text message. */
export interface NotificationRecord {
  orderId: string;
  /** E.g. `MAIL#placed`. */
  message: string;
  status: "CLAIMED" | "SENT" | "UNKNOWN";
}

/** A message in a dead-letter queue or in the failure queue. */
export interface DeadLetter {
  queue: "order" | "customers" | "unpublished";
  body: string;
  /** Why a function rejected it. Absent if it failed as often as the queue allows. */
  reason: string | undefined;
}

/** What the clients of a round know, and everything observable from outside once the system is idle. */
export interface ObservedState {
  placed: PlacedOrder[];
  statusRequests: StatusRequest[];
  payments: PaymentRequest[];
  refunds: RefundRequest[];
  /** HTTP status of each response to a price change; 0: no response. */
  priceChanges: number[];
  /** All prices that each product had, in dollars. */
  prices: Readonly<Record<string, number[]>>;
  /** Orders as the back office lists them. */
  orders: FullOrder[];
  /** The table's records of each order, by id. */
  records: ReadonlyMap<string, OrderRecords>;
  /** The keys of all items in the table. */
  itemKeys: Pick<StoredItem, "pk" | "sk">[];
  notifications: NotificationRecord[];
  /** Units that are missing from the initial stock, by product. */
  unitsTaken: Readonly<Record<string, number>>;
  /** Events that the topic delivered, including duplicates. */
  events: OrderEvent[];
  /** Subjects of all emails. */
  mails: string[];
  texts: string[];
  deadLetters: DeadLetter[];
}
