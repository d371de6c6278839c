import { expect } from "chai";
import { InvalidArgumentError } from "commander";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { duration, oneOf, positiveNumber, wholeNumber } from "../../../cli/arguments.ts";
import { amount, orderId, requestedItems } from "../../../cli/order-arguments.ts";

describe("Arguments of commands", () => {
  const productId = fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,20}$/);

  it("are items, in the order in which they come", () => {
    const items = fc.array(fc.record({ productId, quantity: fc.integer({ min: 1, max: 10_000 }) }), { minLength: 1 });
    fc.assert(
      fc.property(items, (wanted) => {
        const words = wanted.map(({ productId, quantity }) => `${productId}:${quantity}`);

        expect(words.reduce(reading(requestedItems), undefined)).to.deep.equal(wanted);
      }),
    );
  });

  it("are one piece of an item without a quantity", () => {
    expect(requestedItems("PROD-001")).to.deep.equal([{ productId: "PROD-001", quantity: 1 }]);
  });

  it("are times, in seconds", () => {
    const times = { "90s": 90, "15m": 900, "2h": 7_200, "1d": 86_400, "0s": 0 };

    for (const [text, seconds] of Object.entries(times)) expect(duration(text), text).to.equal(seconds);
  });

  it("are amounts, whole numbers within their bounds, and order ids", () => {
    const id = uuidv7();

    expect(["29.99", "29.9", "1.234", "0"].map(amount)).to.deep.equal([29.99, 29.9, 1.234, 0]);
    expect(["1", "100"].map(wholeNumber(1, 100))).to.deep.equal([1, 100]);
    expect(["72", "0.5"].map(positiveNumber("hours, such as 72"))).to.deep.equal([72, 0.5]);
    expect(["FAILED", "failed", "Failed"].map(oneOf(["FAILED"]))).to.deep.equal(["FAILED", "FAILED", "FAILED"]);
    expect(orderId(id)).to.equal(id);
  });

  it("are order ids as people copy them, or their beginnings", () => {
    const id = uuidv7();
    const written = [
      id.toUpperCase(),
      ` ${id}\n`,
      id.replaceAll("-", ""),
      id.replaceAll("-", " - "),
      id.replaceAll("-", "\u2011"),
      `\u200b${id}\u00a0`,
      `${id}%20`,
      `%20${id.replaceAll("-", "%2D")}`,
      `<${id}>.`,
      `Order ${id} of 100%`,
      ...["", "%20", "%0D%0A", "?utm_source=mail&utm_id=deadbeef", "&fbclid=0195c0de", "#section", "/", ")."].map(
        (after) => `http://127.0.0.1:4566/orders-website/order.html#${id}${after}`,
      ),
      `https://shop.example/order.html?utm_id=deadbeef#${id.toUpperCase()}`,
      `https://abcdef1234.execute-api.us-east-1.amazonaws.com/v1/orders/${id}?a=b#c`,
    ];

    expect(written.map(orderId)).to.deep.equal(written.map(() => id));
    for (const beginning of [id.slice(0, 8), id.slice(0, 13), id.slice(0, 35)]) {
      const begun = [beginning, ` ${beginning.toUpperCase()}%20`, `http://127.0.0.1:4566/order.html#${beginning}`];
      expect(begun.map(orderId)).to.deep.equal(begun.map(() => beginning));
    }
  });

  it("are refused with what they have to be", () => {
    const refused: [(text: string) => unknown, string[], RegExp][] = [
      [requestedItems, ["PROD-001:0", "PROD-001:-1", "PROD-001:x", ":2", "A:1:2", ""], /PRODUCT:QUANTITY/],
      [duration, ["", "5", "5 m", "-5m", "1w", "m"], /such as 90s, 15m, 2h or 1d/],
      [amount, ["", "-1", "1.2345", "1e3", "abc"], /such as 29.99/],
      [wholeNumber(1, 100), ["0", "101", "1.5", "", "abc"], /from 1 to 100/],
      [wholeNumber(0), ["-1"], /of at least 0/],
      [positiveNumber("hours, such as 72"), ["0", "-1", "", "x", "Infinity"], /number of hours, such as 72/],
      [orderId, ["", "nonsense", "0195", `${uuidv7()}0`], /looks like/],
      [oneOf(["SHIPPED", "DELIVERED"]), ["", "LOST"], /^Allowed choices are SHIPPED, DELIVERED\.$/],
    ];
    for (const [read, texts, words] of refused) {
      for (const text of texts) expect(() => read(text), text).to.throw(InvalidArgumentError, words);
    }
  });
});

/** A parser as commander calls it, for `reduce`. */
function reading<T>(parse: (text: string, before?: T) => T) {
  return (before: T | undefined, text: string) => parse(text, before);
}
