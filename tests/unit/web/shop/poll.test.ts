import { expect } from "chai";
import type { ApiResult } from "../../../../web/shop/api.ts";
import { backoffDelay } from "../../../../web/shop/backoff.ts";
import { poll } from "../../../../web/shop/poll.ts";

const BACKOFF = { firstMs: 400, longestMs: 1_000 };
const LOST: ApiResult<never> = { ok: false, status: 0 };

/** Polls a resource that returns results in turn, and records what happens. Without a further result, aborts. */
async function polled(results: ApiResult<string>[]): Promise<string[]> {
  const events: string[] = [];
  const controller = new AbortController();
  await poll<string>(
    {
      async load() {
        const result = results.shift();
        if (!result) controller.abort();
        return result ?? LOST;
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

describe("Polling an order", () => {
  const ok = (body: string): ApiResult<string> => ({ ok: true, body });

  it("shows every new version, and stops at a final one", async () => {
    const events = await polled([ok("start"), ok("middle"), ok("end"), ok("never")]);

    expect(events).to.deep.equal(["start", "400 ms", "middle", "400 ms", "end"]);
  });

  it("slows down without changes, and speeds up after one", async () => {
    const events = await polled([ok("start"), ok("start"), ok("start"), ok("start"), ok("middle"), ok("end")]);

    expect(events).to.deep.equal(["start", "400 ms", "600 ms", "900 ms", "1000 ms", "middle", "400 ms", "end"]);
  });

  it("continues after failures, and respects Retry-After", async () => {
    const events = await polled([LOST, { ok: false, status: 429, retryAfterMs: 5_000 }, ok("end")]);

    expect(events).to.deep.equal(["lost", "400 ms", "lost", "5000 ms", "end"]);
  });

  it("stops if the order doesn't exist", async () => {
    const events = await polled([{ ok: false, status: 404 }, ok("never")]);

    expect(events).to.deep.equal(["missing"]);
  });

  it("shows nothing after it was aborted", async () => {
    const events = await polled([ok("start")]);

    expect(events).to.deep.equal(["start", "400 ms"]);
  });

  it("limits its delay", () => {
    const waits = [0, 1, 2, 3, 100].map((steps) => backoffDelay(steps, BACKOFF));

    expect(waits).to.deep.equal([400, 600, 900, 1_000, 1_000]);
  });
});
