import { expect } from "chai";
import { artworkUrl } from "../../../../web/shop/artwork.ts";

const IDS = ["PROD-001", "PROD-002", "PROD-003", "PROD-004", "~", "a"];

describe("The drawing of a product without an image", () => {
  it("is always the same for a product, and differs between products", () => {
    const drawings = IDS.map(artworkUrl);

    expect(IDS.map(artworkUrl)).to.deep.equal(drawings);
    expect(new Set(drawings).size).to.equal(IDS.length);
  });

  it("has only shapes of known colours, whatever the id", () => {
    for (const id of [...IDS, "", "💡", "x".repeat(64)])
      expect(decodeURIComponent(artworkUrl(id)), id).to.not.match(/undefined|NaN/);
  });
});
