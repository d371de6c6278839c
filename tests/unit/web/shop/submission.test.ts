import { expect } from "chai";
import type { OrderCreated } from "../../../../domain/contract/responses.ts";
import type { ApiFailure, ApiResult } from "../../../../web/shop/api.ts";
import {
  isExpired,
  isKeyReused,
  isSubmission,
  type Outcome,
  recordAttempt,
  recordOutcome,
  type Submission,
  submit,
} from "../../../../web/shop/submission.ts";

const KEY = "basket-1";
const HOUR_MS = 60 * 60 * 1_000;
const LOST: ApiFailure = { ok: false, status: 0 };
const BUSY: ApiFailure = { ok: false, status: 503, retryAfterMs: 3_000 };
const INVALID: ApiFailure = { ok: false, status: 400 };
const REUSED: ApiFailure = {
  ok: false,
  status: 422,
  problem: { type: "urn:orders:problem:idempotency-key-reused", title: "", status: 422, detail: "" },
};
const UNKNOWN: Outcome = { kind: "unknown", failure: LOST };
const REJECTED: Outcome = { kind: "rejected", failure: INVALID };

/** An API that returns the results for each body in turn, and repeats the last one. */
function api(results: Record<string, ApiResult<OrderCreated>[]>) {
  const sent: string[] = [];
  const pauses: number[] = [];
  return {
    sent,
    pauses,
    async send(key: string, body: string) {
      sent.push(`${key} ${body}`);
      const remaining = results[body] ?? [];
      return (remaining.length > 1 ? remaining.shift() : remaining[0]) ?? LOST;
    },
    async pause(ms: number) {
      pauses.push(ms);
    },
  };
}

function placed(orderId: string): ApiResult<OrderCreated> {
  return {
    ok: true,
    body: {
      message: "",
      orderId,
      status: "PENDING",
      totalAmount: 1,
      currency: "USD",
      createdAt: "2026-01-15T10:30:00.000Z",
    },
  };
}

describe("Submitting an order", () => {
  it("sends the same body with the same key until there is a response", async () => {
    const transport = api({ a: [LOST, BUSY, placed("order-1")] });

    const outcome = await submit(recordAttempt(undefined, KEY, "a", 0), transport);

    expect(outcome).to.deep.equal({ kind: "placed", orderId: "order-1", isEarlier: false });
    expect(transport.sent).to.deep.equal([`${KEY} a`, `${KEY} a`, `${KEY} a`]);
    expect(transport.pauses, "as long as the API asks for").to.deep.equal([1_000, 3_000]);
  });

  it("gives up after three attempts, or at once if the API asks for too long a pause", async () => {
    const lost = api({ a: [LOST] });
    const throttled = api({ a: [{ ok: false, status: 429, retryAfterMs: 60_000 }] });

    const outcomes = [await submit(recordAttempt(undefined, KEY, "a", 0), lost)];
    outcomes.push(await submit(recordAttempt(undefined, KEY, "a", 0), throttled));

    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(["unknown", "unknown"]);
    expect([lost.sent.length, throttled.sent.length]).to.deep.equal([3, 1]);
  });

  it("doesn't retry a rejected order", async () => {
    const transport = api({ a: [INVALID] });

    const outcome = await submit(recordAttempt(undefined, KEY, "a", 0), transport);

    expect(outcome).to.deep.equal({ kind: "rejected", failure: INVALID });
    expect(transport.sent).to.have.length(1);
  });

  it("finds the order of an earlier body whose response was lost, instead of placing another", async () => {
    const first = recordAttempt(undefined, KEY, "a", 0);
    const lost = recordOutcome(first, "a", UNKNOWN);
    const transport = api({ a: [placed("order-1")], b: [REUSED] });

    const outcome = await submit(recordAttempt(lost, KEY, "b", 1), transport);

    expect(outcome).to.deep.equal({ kind: "placed", orderId: "order-1", isEarlier: true });
    expect(transport.sent).to.deep.equal([`${KEY} b`, `${KEY} a`]);
  });

  it("reports a key that was used with an unknown body", async () => {
    const outcome = await submit(recordAttempt(undefined, KEY, "b", 0), api({ b: [REUSED] }));

    expect(outcome.kind === "rejected" && isKeyReused(outcome.failure)).to.equal(true);
  });
});

describe("A stored submission", () => {
  it("contains every body that may have been accepted, until its outcome is known", () => {
    const inFlight = recordAttempt(undefined, KEY, "a", 5);
    const lost = recordOutcome(inFlight, "a", UNKNOWN) as Submission;
    const changed = recordAttempt(lost, KEY, "b", 9);

    expect(inFlight).to.deep.equal({ key: KEY, since: 5, bodies: ["a"], isInFlight: true });
    expect(lost).to.deep.equal({ ...inFlight, isInFlight: false });
    expect(changed, "since its first body").to.deep.equal({
      key: KEY,
      since: 5,
      bodies: ["a", "b"],
      isInFlight: true,
    });
    expect(recordOutcome(changed, "b", REJECTED), "the other one may have been accepted").to.deep.equal(lost);
    expect(recordOutcome(inFlight, "a", REJECTED)).to.equal(undefined);
    expect(recordOutcome(changed, "b", { kind: "placed", orderId: "order-1", isEarlier: false })).to.equal(undefined);
  });

  it("contains a body only once, the latest one last", () => {
    const twice = recordAttempt(recordAttempt(undefined, KEY, "a", 0), KEY, "b", 1);

    expect(recordAttempt(twice, KEY, "a", 2).bodies).to.deep.equal(["b", "a"]);
  });

  it("contains no bodies of another basket", () => {
    const other = recordAttempt(undefined, "basket-0", "a", 0);

    expect(recordAttempt(other, KEY, "b", 9)).to.deep.equal({ key: KEY, since: 9, bodies: ["b"], isInFlight: true });
  });

  it("expires before the API forgets the key", () => {
    const submission = recordAttempt(undefined, KEY, "a", 0);

    expect(isExpired(submission, 22 * HOUR_MS)).to.equal(false);
    expect(isExpired(submission, 24 * HOUR_MS)).to.equal(true);
  });

  it("is distinguished from other values in the storage", () => {
    expect(isSubmission(recordAttempt(undefined, KEY, "a", 0))).to.equal(true);
    expect([null, {}, { key: 1 }].some((value) => isSubmission(value as Partial<Submission>))).to.equal(false);
  });
});
