import { expect } from "chai";
import fc from "fast-check";
import { localeFor } from "../../../domain/accept-language.ts";
import { languageOf } from "../../../domain/locale.ts";

describe("The locale that a customer is written in", () => {
  for (const [header, locale] of [
    ["de-AT,de;q=0.9,en;q=0.8", "de-AT"],
    ["fr-FR,fr;q=0.9,en-GB;q=0.5,de;q=0.4", "en-GB"],
    ["en;q=0.1, de;q=0.9", "de"],
    ["DE-ch", "de-CH"],
    ["de-Latn-DE-u-nu-arab-x-you-have-won", "de-DE"],
    ["fr", "en-US"],
    ["*", "en-US"],
    ["", "en-US"],
    [undefined, "en-US"],
    ["de;q=0", "en-US"],
    ["not a language tag; q=x", "en-US"],
  ] as const) {
    it(`is ${locale} for ${header}`, () => {
      expect(localeFor(header)).to.equal(locale);
    });
  }

  it("has a language that the shop writes in, and nothing of the customer's own, whatever they send", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("d", "e", "n", "-", "x", "u", ",", ";", "q", "=", "1", " ") }),
        (header) => {
          const locale = localeFor(header);

          expect(locale).to.match(/^(en|de)(-([A-Z]{2}|\d{3}))?$/);
          expect(["en", "de"]).to.include(languageOf(locale));
        },
      ),
    );
  });
});
