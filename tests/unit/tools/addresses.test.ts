import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { addressFormats } from "../../../tools/addresses/formats.ts";
import { root } from "../../../tools/paths.ts";

describe("The address formats", () => {
  it("are those of Google's data: `./orders addresses` updates them", () => {
    expect(readFileSync(join(root, "domain", "address-formats.ts"), "utf8")).to.equal(addressFormats());
  });
});
