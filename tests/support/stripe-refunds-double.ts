import { sumBy } from "es-toolkit";

interface Refund {
  id: string;
  object: "refund";
  payment_intent: string;
  amount: number;
  status: string;
  /** Seconds since 1970. */
  created: number;
  metadata: Record<string, string>;
}

interface Dispute {
  id: string;
  object: "dispute";
  payment_intent: string;
  amount: number;
  status: string;
  created: number;
}

/** What became of the charges of Stripe's double: refunds and disputes, the newest first. */
export class RefundsDouble {
  private readonly refunds: Refund[] = [];
  private readonly disputes: Dispute[] = [];

  /** Records a refund. @param refundId - In its metadata, if we asked for it. */
  add(intentId: string, amount: number, status: string, refundId?: string | null): Refund {
    const refund: Refund = {
      ...{ id: `re_${this.refunds.length + 1}`, object: "refund", payment_intent: intentId, amount, status },
      ...{ created: now(), metadata: refundId ? { refundId } : {} },
    };
    this.refunds.unshift(refund);
    return refund;
  }

  /** The customer's bank sends a refund back. */
  fail(id: string): void {
    for (const refund of this.refunds) if (refund.id === id) refund.status = "failed";
  }

  /** The customer's bank sends the latest refund of a payment back. @returns How many that were: none if it is back already. */
  failLatest(intentId: string): number {
    const latest = this.refunds.find(({ payment_intent }) => payment_intent === intentId);
    if (!latest || !isMade(latest.status)) return 0;
    latest.status = "failed";
    return 1;
  }

  /** The customer disputes a charge, or their bank decides. */
  dispute(intentId: string, amount: number, status: string): void {
    const known = this.disputes.find(({ payment_intent }) => payment_intent === intentId);
    const opened = {
      id: `dp_${this.disputes.length + 1}`,
      object: "dispute" as const,
      payment_intent: intentId,
      amount,
    };
    if (known) known.status = status;
    else this.disputes.unshift({ ...opened, status, created: now() });
  }

  /** What customers got back of a payment, in cents. */
  refundedMinor(intentId: string): number {
    const made = this.refunds.filter(({ payment_intent, status }) => payment_intent === intentId && isMade(status));
    return sumBy(made, ({ amount }) => amount);
  }

  /** All of one kind, the newest first. @param kind - `refunds` or `disputes`. */
  all(kind: string): (Refund | Dispute)[] {
    return kind === "refunds" ? this.refunds : this.disputes;
  }

  /** What a payment's charge has when it is expanded: ten refunds at most. */
  ofCharge(intentId: string): object {
    const refunds = this.refunds.filter(({ payment_intent }) => payment_intent === intentId);
    const disputed = this.disputes.some(({ payment_intent }) => payment_intent === intentId);
    return { disputed, refunds: { object: "list", data: refunds.slice(0, 10), has_more: refunds.length > 10 } };
  }

  /** A list of Stripe's API. @param kind - `refunds` or `disputes`. */
  list(kind: string, intentId: string): object {
    const data = this.all(kind).filter(({ payment_intent }) => payment_intent === intentId);
    return { object: "list", data, has_more: false };
  }
}

function isMade(status: string): boolean {
  return status === "succeeded" || status === "pending";
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
