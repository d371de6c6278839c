import { countBy, sum } from "es-toolkit";
import type { Round } from "./campaign.ts";

type Counts = Record<string, number>;

/** What one or more rounds came to, in numbers. */
export class Figures {
  rounds = 0;
  private readonly groups: Record<string, Counts> = {};

  /** Those of a round; of none, all are 0. */
  constructor(round?: Round) {
    if (!round) return;
    const { books, calls, faults, kills, resent } = round;
    const outcomes = books.placed.flatMap(({ outcomes }) => outcomes);
    const stories = [...books.stories.values()];
    const ends = stories.map(({ order }) => `${order.status}${order.failureReason ? ` ${order.failureReason}` : ""}`);
    const redrives = stories.map(({ order }) => order.redrives ?? 0);
    this.rounds = 1;
    this.groups = {
      "Requests for orders, by answer": countBy(
        outcomes,
        ({ status, isReplay }) => `${status}${isReplay ? " replayed" : ""}`,
      ),
      "Orders, by end": countBy(ends, (end) => end),
      "Wishes of the back office, by last answer": countBy(
        books.wishes,
        ({ status, answers }) => `${status} ${answers.at(-1)}`,
      ),
      "Calls of services": { all: calls, failed: sum(Object.values(faults)) },
      Faults: faults,
      "From outside": { "functions killed": kills, "delivered again": resent },
      "Charges and refunds": {
        charges: sum(stories.map(({ charge }) => charge.charges)),
        refunds: sum(stories.map(({ charge }) => charge.refunds)),
      },
      Events: { happened: sum(stories.map(({ events }) => events.length)), heard: books.heard.length },
      "Mails and texts": {
        ...countBy(books.claims, ({ status }) => status),
        delivered: books.mails.length + books.texts.length,
      },
      "Workflows started anew": { all: sum(redrives) },
      "Dead letters": countBy(books.deadLetters, ({ queue }) => queue),
    };
  }

  add(other: Figures): void {
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
