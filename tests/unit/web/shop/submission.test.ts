import { expect } from "chai";
import type { OrderCreated } from "../../../../domain/contract/responses.ts";
import type { Refusal, Reply } from "../../../../web/shop/api.ts";
import {
  isExpired,
  isKeyReused,
  isSubmission,
  type Outcome,
  type Submission,
  sending,
  settled,
  submit,
} from "../../../../web/shop/submission.ts";

const KEY = "basket-1";
const HOUR_MS = 60 * 60 * 1_000;
const LOST: Refusal = { ok: false, status: 0 };
const BUSY: Refusal = { ok: false, status: 503, retryAfterMs: 3_000 };
const INVALID: Refusal = { ok: false, status: 400 };
const REUSED: Refusal = {
  ok: false,
  status: 422,
  problem: { type: "urn:orders:problem:idempotency-key-reused", title: "", status: 422, detail: "" },
};
const UNSURE: Outcome = { kind: "unsure", refusal: LOST };
const REFUSED: Outcome = { kind: "refused", refusal: INVALID };

/** An API that answers each body in turn, the last answer again and again. */
function api(answers: Record<string, Reply<OrderCreated>[]>) {
  const sent: string[] = [];
  const pauses: number[] = [];
  return {
    sent,
    pauses,
    async send(key: string, body: string) {
      sent.push(`${key} ${body}`);
      const left = answers[body] ?? [];
      return (left.length > 1 ? left.shift() : left[0]) ?? LOST;
    },
    async pause(ms: number) {
      pauses.push(ms);
    },
  };
}

function placed(orderId: string): Reply<OrderCreated> {
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

describe("The page's submission", () => {
  it("sends the same body under the same key until there is an answer", async () => {
    const transport = api({ a: [LOST, BUSY, placed("order-1")] });

    const outcome = await submit(sending(undefined, KEY, "a", 0), transport);

    expect(outcome).to.deep.equal({ kind: "placed", orderId: "order-1", isEarlier: false });
    expect(transport.sent).to.deep.equal([`${KEY} a`, `${KEY} a`, `${KEY} a`]);
    expect(transport.pauses, "as long as the API asks for").to.deep.equal([1_000, 3_000]);
  });

  it("gives up after some tries, or at once where the API asks for a longer pause than customers wait", async () => {
    const lost = api({ a: [LOST] });
    const overrun = api({ a: [{ ok: false, status: 429, retryAfterMs: 60_000 }] });

    const outcomes = [await submit(sending(undefined, KEY, "a", 0), lost)];
    outcomes.push(await submit(sending(undefined, KEY, "a", 0), overrun));

    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(["unsure", "unsure"]);
    expect([lost.sent.length, overrun.sent.length]).to.deep.equal([3, 1]);
  });

  it("takes a refusal for an answer", async () => {
    const transport = api({ a: [INVALID] });

    const outcome = await submit(sending(undefined, KEY, "a", 0), transport);

    expect(outcome).to.deep.equal({ kind: "refused", refusal: INVALID });
    expect(transport.sent).to.have.length(1);
  });

  it("finds the order of an earlier body whose answer was lost, instead of placing another", async () => {
    const first = sending(undefined, KEY, "a", 0);
    const lost = settled(first, "a", UNSURE);
    const transport = api({ a: [placed("order-1")], b: [REUSED] });

    const outcome = await submit(sending(lost, KEY, "b", 1), transport);

    expect(outcome).to.deep.equal({ kind: "placed", orderId: "order-1", isEarlier: true });
    expect(transport.sent).to.deep.equal([`${KEY} b`, `${KEY} a`]);
  });

  it("says so where the key was used and no body is known that it was used with", async () => {
    const outcome = await submit(sending(undefined, KEY, "b", 0), api({ b: [REUSED] }));

    expect(outcome.kind === "refused" && isKeyReused(outcome.refusal)).to.equal(true);
  });
});

describe("What the page remembers of a submission", () => {
  it("is every body that may have been accepted, from before it is sent until its outcome is known", () => {
    const inFlight = sending(undefined, KEY, "a", 5);
    const lost = settled(inFlight, "a", UNSURE) as Submission;
    const changed = sending(lost, KEY, "b", 9);

    expect(inFlight).to.deep.equal({ key: KEY, since: 5, bodies: ["a"], isInFlight: true });
    expect(lost).to.deep.equal({ ...inFlight, isInFlight: false });
    expect(changed, "as old as its first body").to.deep.equal({
      key: KEY,
      since: 5,
      bodies: ["a", "b"],
      isInFlight: true,
    });
    expect(settled(changed, "b", REFUSED), "the other may have been accepted").to.deep.equal(lost);
    expect(settled(inFlight, "a", REFUSED)).to.equal(undefined);
    expect(settled(changed, "b", { kind: "placed", orderId: "order-1", isEarlier: false })).to.equal(undefined);
  });

  it("holds a body once, however often it is sent, and sends the latest first", () => {
    const twice = sending(sending(undefined, KEY, "a", 0), KEY, "b", 1);

    expect(sending(twice, KEY, "a", 2).bodies).to.deep.equal(["b", "a"]);
  });

  it("is nothing of another basket's", () => {
    const other = sending(undefined, "basket-0", "a", 0);

    expect(sending(other, KEY, "b", 9)).to.deep.equal({ key: KEY, since: 9, bodies: ["b"], isInFlight: true });
  });

  it("expires before the API forgets the key", () => {
    const submission = sending(undefined, KEY, "a", 0);

    expect(isExpired(submission, 22 * HOUR_MS)).to.equal(false);
    expect(isExpired(submission, 24 * HOUR_MS)).to.equal(true);
  });

  it("is told from what else may be stored there", () => {
    expect(isSubmission(sending(undefined, KEY, "a", 0))).to.equal(true);
    expect([null, {}, { key: 1 }].some((value) => isSubmission(value as Partial<Submission>))).to.equal(false);
  });
});
