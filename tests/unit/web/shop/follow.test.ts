import { expect } from "chai";
import type { Reply } from "../../../../web/shop/api.ts";
import { waitAfter } from "../../../../web/shop/backoff.ts";
import { follow } from "../../../../web/shop/follow.ts";

const BACKOFF = { firstMs: 400, longestMs: 1_000 };
const LOST: Reply<never> = { ok: false, status: 0 };

/** Follows something that answers in turn, and writes down what happens. The last answer ends it. */
async function followed(answers: Reply<string>[]): Promise<string[]> {
  const events: string[] = [];
  const controller = new AbortController();
  await follow<string>(
    {
      async look() {
        const reply = answers.shift();
        if (!reply) controller.abort();
        return reply ?? LOST;
      },
      show: (value) => events.push(value),
      showConnection: (isLost) => isLost && events.push("lost"),
      showMissing: () => events.push("missing"),
      versionOf: (value) => value,
      isFinal: (value) => value === "end",
      pause: async (ms) => void events.push(`${ms} ms`),
    },
    BACKOFF,
    controller.signal,
  );
  return events;
}

describe("Following an order", () => {
  const ok = (body: string): Reply<string> => ({ ok: true, body });

  it("shows what is news, and stops when there can be no more", async () => {
    const events = await followed([ok("start"), ok("middle"), ok("end"), ok("never")]);

    expect(events).to.deep.equal(["start", "400 ms", "middle", "400 ms", "end"]);
  });

  it("looks less and less often without news, and often again after some", async () => {
    const events = await followed([ok("start"), ok("start"), ok("start"), ok("start"), ok("middle"), ok("end")]);

    expect(events).to.deep.equal(["start", "400 ms", "600 ms", "900 ms", "1000 ms", "middle", "400 ms", "end"]);
  });

  it("goes on after failures, and leaves the API alone for as long as it asks", async () => {
    const events = await followed([LOST, { ok: false, status: 429, retryAfterMs: 5_000 }, ok("end")]);

    expect(events).to.deep.equal(["lost", "400 ms", "lost", "5000 ms", "end"]);
  });

  it("is over where there is nothing to follow", async () => {
    const events = await followed([{ ok: false, status: 404 }, ok("never")]);

    expect(events).to.deep.equal(["missing"]);
  });

  it("shows nothing more once it is ended", async () => {
    const events = await followed([ok("start")]);

    expect(events).to.deep.equal(["start", "400 ms"]);
  });

  it("never waits longer than it may", () => {
    const waits = [0, 1, 2, 3, 100].map((steps) => waitAfter(steps, BACKOFF));

    expect(waits).to.deep.equal([400, 600, 900, 1_000, 1_000]);
  });
});
