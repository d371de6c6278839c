import { expect } from "chai";
import { forgetOrderToken, keepOrderToken, orderToken } from "../../../../web/shop/order-tokens.ts";

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
});
