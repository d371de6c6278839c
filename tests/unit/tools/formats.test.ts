import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { addressFormats } from "../../../tools/formats/address-formats.ts";
import { phoneFormats } from "../../../tools/formats/phone-formats.ts";
import { root } from "../../../tools/paths.ts";

const committed = (name: string) => readFileSync(join(root, "domain", name), "utf8");

describe("What the domain knows", () => {
  it("of addresses is Google's data: `./orders formats` updates it", () => {
    expect(committed("address-formats.ts")).to.equal(addressFormats());
  });

  it("of phone numbers is libphonenumber's data: `./orders formats` updates it", () => {
    expect(committed("phone-formats.json")).to.equal(phoneFormats());
  });
});
