import { expect } from "chai";
import TEMPLATES from "../../../../mails/templates.json" with { type: "json" };
import { compileMails } from "../../../../tools/mails/compile.ts";

describe("The templates of the emails", () => {
  it('are compiled as they are written: otherwise, run "./orders mails"', () => {
    expect(compileMails()).to.deep.equal(TEMPLATES);
  });

  it("load nothing but the shop's logo, so that nobody learns who reads a mail", () => {
    for (const html of compileMails().html) {
      const urls = html.match(/https?:\/\/[^"'\s)]+/g) ?? [];
      expect(urls.filter((url) => !url.startsWith("http://www.w3.org/"))).to.deep.equal([]);
    }
  });
});
