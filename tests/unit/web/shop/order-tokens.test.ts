import { expect } from "chai";
import {
  forgetOrderToken,
  keepOrderToken,
  orderAddress,
  orderToken,
  tokenIn,
  tokenParameter,
} from "../../../../web/shop/order-tokens.ts";

describe("The tokens of a browser's orders", () => {
  it("are those of the latest 20 orders, each with its latest token", () => {
    for (let order = 1; order <= 21; order++) keepOrderToken(`order-${order}`, `token-${order}`);
    keepOrderToken("order-2", "renewed");
    keepOrderToken("order-22", "token-22");

    const found = ["order-1", "order-2", "order-3", "order-22"].map(orderToken);

    expect(found).to.deep.equal([undefined, "renewed", undefined, "token-22"]);
  });

  it("are forgotten when they don't open their order any more", () => {
    for (const order of ["old", "new"]) keepOrderToken(order, `token of ${order}`);

    forgetOrderToken("old");

    expect(["old", "new"].map(orderToken)).to.deep.equal([undefined, "token of new"]);
  });

  it("are in the address of the order where the browser keeps nothing, as in this process", () => {
    keepOrderToken("order-1", "token-1");

    expect(orderAddress("order-1")).to.equal("order.html#order-1&token=token-1");
    expect(orderAddress("unknown")).to.equal("order.html#unknown");
    expect(tokenParameter("order-1")).to.equal("&token=token-1");
  });

  it("are taken from links only if they are whole", () => {
    const token = `tgxk20.${"a-_9".repeat(10)}abc`;

    expect(tokenIn(`#id&token=${token}`)).to.equal(token);
    expect(tokenIn(`#id&token=${token}%20`)).to.equal(token);
    for (const broken of [token.slice(0, -1), `${token}x`, token.replace(".", ""), ""])
      expect(tokenIn(`#id&token=${broken}`), broken).to.equal(undefined);
  });
});
