import { expect } from "chai";
import { artworkOf } from "../../../../web/shop/artwork.ts";

describe("A product's picture", () => {
  it("is the same for the same product, and another for another", () => {
    const ids = ["PROD-001", "PROD-002", "PROD-003", "~", "a"];

    const pictures = ids.map((id) => JSON.stringify(artworkOf(id)));

    expect(ids.map((id) => JSON.stringify(artworkOf(id)))).to.deep.equal(pictures);
    expect(new Set(pictures).size).to.equal(ids.length);
  });

  it("has another palette than those of the ids beside it", () => {
    const palettes = ["PROD-001", "PROD-002", "PROD-003", "PROD-004"].map((id) => artworkOf(id).palette);

    expect(new Set(palettes).size).to.equal(palettes.length);
  });
});
