import type { FailureReason } from "../../domain/failure-reasons.ts";
import type { MailKind } from "../../domain/mails.ts";

/** What a mail has to tell. Amounts and dates are written as the customer's locale has them. */
export interface Facts {
  /** The order's number. */
  order: string;
  /** What the order costs. */
  total: string;
  /** What was refunded: by the event that the mail reports, or because the order was undone. Absent if nothing was. */
  refunded?: string;
  isCharged: boolean;
  /** The customer's bank has taken the payment back. */
  isDisputed: boolean;
  /** Why the order failed. */
  reason?: FailureReason;
}

/** What a mail says of its order. */
export interface Words {
  /** A sentence without its full stop: the subject, the text message and, without the order's number, the title. */
  subject: string;
  /** The sentences that follow. */
  sentences: string[];
}

/** A language of the mails: everything that they say, and what is written around it. */
export interface Language {
  mails: Readonly<Record<MailKind, (facts: Facts) => Words>>;
  /** @param name - The customer's, if the mail may say it. */
  greeting(name: string | undefined): string;
  /** Above the order's lines. */
  ordered(order: string, date: string): string;
  total: string;
  address: string;
  button: string;
  /** How to reach the shop. */
  contact(address: string): string;
  /** So that nobody takes play money for a payment. */
  demo: string;
}
