import { expect } from "chai";
import { artworkOf } from "../../../../web/shop/artwork.ts";

describe("A product's picture", () => {
  it("is always the same for a product, and differs between products", () => {
    const ids = ["PROD-001", "PROD-002", "PROD-003", "~", "a"];

    const pictures = ids.map((id) => JSON.stringify(artworkOf(id)));

    expect(ids.map((id) => JSON.stringify(artworkOf(id)))).to.deep.equal(pictures);
    expect(new Set(pictures).size).to.equal(ids.length);
  });

  it("has a different palette than those of neighbouring ids", () => {
    const palettes = ["PROD-001", "PROD-002", "PROD-003", "PROD-004"].map((id) => artworkOf(id).palette);

    expect(new Set(palettes).size).to.equal(palettes.length);
  });
});
