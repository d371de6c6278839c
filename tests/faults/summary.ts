import { countBy, sum } from "es-toolkit";
import type { Round } from "./campaign.ts";

type Counts = Record<string, number>;

/** The results of one or more rounds, in numbers. */
export class Summary {
  rounds = 0;
  private readonly groups: Record<string, Counts> = {};

  /** Summarises a round, or none. */
  constructor(round?: Round) {
    if (!round) return;
    const { state, calls, conflicts, faults, kills, redelivered } = round;
    const responses = state.placed.flatMap(({ responses }) => responses);
    const records = [...state.records.values()];
    this.rounds = 1;
    this.groups = {
      "Requests for orders, by response": countBy(
        responses,
        ({ status, isReplay }) => `${status}${isReplay ? " replayed" : ""}`,
      ),
      "Orders, by final status": countBy(
        records,
        ({ order }) => `${order.status}${order.failureReason ? ` ${order.failureReason}` : ""}`,
      ),
      "Cancellations and shipments, by last response": countBy(
        state.statusRequests,
        ({ status, responses }) => `${status} ${responses.at(-1)}`,
      ),
      "Payments by customers, by last response": countBy(
        state.payments,
        ({ paymentMethod, responses }) => `${paymentMethod ?? "look"} ${responses.at(-1)}`,
      ),
      "Refunds of a part, by last response": countBy(state.refunds, ({ responses }) => `${responses.at(-1)}`),
      "AWS calls": { all: calls, failed: sum(Object.values(faults)), "in conflict": conflicts },
      Faults: faults,
      "From outside": { "functions killed": kills, redelivered },
      "Charges and refunds": {
        charges: sum(records.map(({ charge }) => charge.charges)),
        refunds: sum(records.map(({ charge }) => charge.refunds)),
      },
      Events: { stored: sum(records.map(({ events }) => events.length)), delivered: state.events.length },
      "Emails and texts": {
        ...countBy(state.notifications, ({ status }) => status),
        delivered: state.mails.length + state.texts.length,
      },
      "Workflows restarted": { all: sum(records.map(({ order }) => order.redrives ?? 0)) },
      "Dead letters": countBy(state.deadLetters, ({ queue }) => queue),
    };
  }

  add(other: Summary): void {
    this.rounds += other.rounds;
    for (const [group, counts] of Object.entries(other.groups)) {
      const own = this.groups[group] ?? {};
      this.groups[group] = own;
      for (const [name, count] of Object.entries(counts)) own[name] = (own[name] ?? 0) + count;
    }
  }

  lines(): string[] {
    return Object.entries(this.groups).map(([group, counts]) => {
      const parts = Object.entries(counts).sort(([, a], [, b]) => b - a);
      return `  ${group}: ${parts.map(([name, count]) => `${name} ${count}`).join(", ") || "none"}`;
    });
  }
}
