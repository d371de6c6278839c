import { stripVTControlCharacters, styleText } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { CommandFailure, problemOf, toldFailure } from "../../../cli/errors.ts";
import { EXIT } from "../../../cli/exit-codes.ts";
import type { Page, Paint } from "../../../cli/output/page.ts";
import { relativeTime, shortIds, timeText } from "../../../cli/output/short.ts";
import { columns, table, wrapped } from "../../../cli/output/table.ts";
import { Problem } from "../../../domain/problem.ts";
import { ApiError } from "../../../stacks/api-client.ts";

const plain: Paint = (_, text) => text;
const coloured: Paint = (format, text) => styleText(format, text, { validateStream: false });

describe("Texts of the operators' command", () => {
  it("are tables whose columns begin below each other, coloured or not", () => {
    const rows = [
      ["a", coloured("green", "COMPLETED"), "1"],
      ["long-name", coloured("red", "FAILED"), "22"],
    ];

    const shown = table(["NAME", "STATUS", "N"], rows, { paint: coloured });

    expect(shown).to.not.equal(stripVTControlCharacters(shown));
    expect(stripVTControlCharacters(shown).split("\n")).to.deep.equal([
      "NAME       STATUS     N",
      "a          COMPLETED  1",
      "long-name  FAILED     22",
    ]);
  });

  it("lose no cell and have no blanks at the ends of lines", () => {
    const cell = fc.stringMatching(/^[a-z]{0,8}$/);
    const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (rows) => {
        const lines = columns(rows).split("\n");

        expect(lines).to.have.lengthOf(rows.length);
        for (const [index, line] of lines.entries()) {
          expect(line).to.equal(line.trimEnd());
          expect(line.split(/ +/).filter(Boolean)).to.deep.equal(rows[index]?.filter(Boolean));
        }
      }),
    );
  });

  it("are sentences for what went wrong, with the code that scripts go by", () => {
    const named = (name: string, message: string) => Object.assign(new Error(message), { name });
    const problem = (type: "not-found" | "wrong-status" | "validation", detail: string, errors = {}) => {
      const { status, ...rest } = new Problem(type, detail, errors).document();
      return new ApiError(`GET /x answered ${status}`, status, { status, ...rest });
    };
    const broken = { errors: [{ pointer: "/customerEmail", detail: "It is none." }] };
    const refused = new TypeError("fetch failed", { cause: new AggregateError([new Error("refused")]) });
    const told: [unknown, RegExp, number][] = [
      [new CommandFailure(EXIT.USAGE, "Say more."), /^Say more\.$/, 2],
      [problem("not-found", "There is none."), /^There is none\.$/, 3],
      [problem("wrong-status", "It is FAILED."), /^It is FAILED\.$/, 1],
      [problem("validation", "No.", broken), /^Validation failed:\n {2}\/customerEmail: It is none\.$/, 1],
      [new ApiError("GET /x answered 502: oops", 502), /^GET \/x answered 502: oops$/, 1],
      [refused, /^The API can't be reached: refused\./, 1],
      [named("CredentialsProviderError", "No credentials"), /^AWS doesn't accept your credentials: No credentials/, 1],
      [named("ExpiredTokenException", "expired"), /^AWS doesn't accept your credentials: expired/, 1],
      [named("AccessDeniedException", "no way"), /^You lack the permission for this: no way/, 1],
      [named("AbortError", "aborted"), /^Interrupted\.$/, 130],
      [new Error("The stack x has no output y."), /^The stack x has no output y\.$/, 1],
    ];
    for (const [error, words, code] of told) {
      const { sentence, exitCode } = toldFailure(error);

      expect(sentence).to.match(words);
      expect(exitCode, sentence).to.equal(code);
    }
  });

  it("are in colour only where they are painted", () => {
    expect(table(["A"], [["b"]], { paint: plain })).to.equal("A\nb");
  });

  describe("on a terminal", () => {
    const terminal: Page = { paint: coloured, columns: 30 };

    it("are cut where it ends, and keep their colours", () => {
      const shown = table(["ID", "STATUS", "NOTE"], [["1", coloured("green", "COMPLETED"), "a".repeat(40)]], terminal);

      const lines = stripVTControlCharacters(shown).split("\n");
      expect(lines).to.deep.equal(["ID  STATUS     NOTE", `1   COMPLETED  ${"a".repeat(14)}…`]);
      expect(shown).to.include(coloured("green", "COMPLETED"));
    });

    it("are wrapped with a hanging indent where every word matters", () => {
      const shown = wrapped([["1", "one two three four five six seven"]], { paint: plain, columns: 24 });

      expect(shown.split("\n")).to.deep.equal(["1  one two three four", "   five six seven"]);
    });

    it("have those words below where there is no room beside", () => {
      const rows = [
        ["ID", "WHY"],
        ["a".repeat(20), "one two three four"],
      ];

      const shown = wrapped(rows, { paint: plain, columns: 24 });

      expect(shown.split("\n")).to.deep.equal(["ID", "a".repeat(20), "    one two three four"]);
    });

    it("have short ids that stay different, and relative times", () => {
      const ids = ["0195c0de-5eed-7c0f-8fee-0dd51de0ca7e", "0195c0de-5eed-7c1f-8fee-0dd51de0ca7e"];
      const time = "2027-01-31T12:00:00.000Z";
      const at = (seconds: number) => relativeTime(time, Date.parse(time) + seconds * 1_000);

      expect(ids.map(shortIds(ids, terminal))).to.deep.equal(["0195c0de-5eed-7c0", "0195c0de-5eed-7c1"]);
      expect(ids.map(shortIds(ids.slice(0, 1), terminal))[0]).to.equal("0195c0de-5eed");
      expect([0, 59, 60, 7_199, 90_000].map(at)).to.deep.equal([
        "0 sec ago",
        "59 sec ago",
        "1 min ago",
        "1 hr ago",
        "1 day ago",
      ]);
      expect(timeText(time, terminal, Date.parse(time) + 180_000)).to.equal("3 min ago");
    });
  });

  it("are complete in a pipe", () => {
    const id = "0195c0de-5eed-7c0f-8fee-0dd51de0ca7e";
    const long = "a".repeat(300);

    expect(shortIds([id], { paint: plain })(id)).to.equal(id);
    expect(timeText("2027-01-31T12:00:00.000Z", { paint: plain })).to.equal("2027-01-31T12:00:00.000Z");
    expect(table(["A"], [[long]], { paint: plain })).to.equal(`A\n${long}`);
    expect(wrapped([[long, long]], { paint: plain })).to.equal(`${long}  ${long}`);
  });

  it("are problem documents for scripts: the API's own, or one like it", () => {
    const { status, ...rest } = new Problem("not-found", "There is none.").document();
    const refused = new ApiError("GET /x answered 404", status, { status, ...rest });

    expect(problemOf(refused)).to.deep.equal({ ...rest, status, exitCode: 3 });
    expect(problemOf(new CommandFailure(EXIT.USAGE, "Say more."))).to.deep.equal({
      type: "about:blank",
      title: "Wrong usage",
      detail: "Say more.",
      exitCode: 2,
    });
    expect(problemOf(new ApiError("GET /x answered 502: oops", 502))).to.include({ title: "Bad Gateway", status: 502 });
  });
});
