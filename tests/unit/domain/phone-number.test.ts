import { expect } from "chai";
import { getCountries, getExampleNumber } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { describe, it } from "mocha";
import { isTextable, toE164 } from "../../../domain/phone-number.ts";

/** The library's example of each country. */
const EXAMPLES = getCountries().flatMap((country) => getExampleNumber(country, examples) ?? []);

describe("A phone number", () => {
  it("of every country becomes E.164, however it is written", () => {
    expect(EXAMPLES).to.have.lengthOf(getCountries().length);
    for (const example of EXAMPLES) {
      const international = example.formatInternational();
      const written = [
        example.number,
        international,
        example.getURI(),
        ` ${international}\n`,
        international.replaceAll(" ", "\u00a0"),
        international.replaceAll(" ", "-"),
        `\u202a${international}\u202c`,
        `\u2068${international}\u2069`,
        international.replaceAll(" ", " \u200e"),
        `\ufeff${international.replaceAll(" ", "\u200b")}`,
        international.replace(/^(\+\d+)/, "($1)"),
        international.replace(/[+\d]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0)),
      ];

      for (const each of written) expect(toE164(each), JSON.stringify(each)).to.equal(example.number);
    }
  });

  it("with a trunk zero in brackets becomes the number without it, unless that may be another number", () => {
    const refused = EXAMPLES.filter(({ countryCallingCode, nationalNumber, number }) => {
      const read = toE164(`+${countryCallingCode} (0) ${nationalNumber}`);
      expect(read ?? number).to.equal(number);
      return read === undefined;
    });

    // Italy dials the zero of its landlines from abroad, too, and its mobile numbers have none. Ascension's numbers vary.
    expect(refused.map(({ country }) => country)).to.have.members(["AC", "IT", "VA"]);
    expect(toE164("+49 (0) 30 1234567")).to.equal("+49301234567");
    expect(toE164("+44(0)20 7946 0018")).to.equal("+442079460018");
    expect(toE164("+39 (0)6 698 12345")).to.equal("+390669812345");
  });

  it("without a country code is one of the address's country", () => {
    for (const example of EXAMPLES) {
      const { country, number } = example;

      expect(toE164(example.formatNational(), country), country).to.equal(number);
    }
    expect(toE164("0049 30 1234567", "DE")).to.equal("+49301234567");
    expect(toE164("+49 30 1234567", "US")).to.equal("+49301234567");
  });

  for (const refused of [
    "",
    "-",
    "call me",
    "030 1234567",
    "0049 30 1234567",
    "+",
    "+0 30 1234567",
    "+49 30",
    "+1 415 555",
    "+1 415 555 01234",
    "+999 123 456 789",
    "+1 800 FLOWERS",
    "+1 415 555 0123 ext. 5",
    "+49 30 1234567, +49 40 1234567",
  ]) {
    it(`isn't made up from ${JSON.stringify(refused)}`, () => {
      expect(toE164(refused)).to.equal(undefined);
    });
  }
});

describe("A phone number may get text messages", () => {
  it("only in a country that the shop allows, even where countries share a calling code", () => {
    const phones = { US: "+14155550123", CA: "+14165550123", JM: "+18765550123", DE: "+491701234567" };

    const allowed = Object.entries(phones).filter(([, phone]) => isTextable(phone, ["US", "DE"]));

    expect(allowed.map(([country]) => country)).to.deep.equal(["US", "DE"]);
    expect(isTextable("+999999999999999", ["US"])).to.equal(false);
    expect(isTextable(phones.US, [])).to.equal(false);
  });
});
