import { expect } from "chai";
import { isTextable } from "../../../domain/sms-countries.ts";

describe("A phone number may get text messages", () => {
  it("only in a country that the shop allows, even where countries share a calling code", () => {
    const phones = { US: "+14155550123", CA: "+14165550123", JM: "+18765550123", DE: "+491701234567" };

    const allowed = Object.entries(phones).filter(([, phone]) => isTextable(phone, ["US", "DE"]));

    expect(allowed.map(([country]) => country)).to.deep.equal(["US", "DE"]);
    expect(isTextable("+999999999999999", ["US"])).to.equal(false);
    expect(isTextable(phones.US, [])).to.equal(false);
  });
});
