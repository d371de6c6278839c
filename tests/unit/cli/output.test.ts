import { stripVTControlCharacters, styleText } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import type { Paint } from "../../../cli/context.ts";
import { CommandFailure, toldFailure } from "../../../cli/errors.ts";
import { EXIT } from "../../../cli/exit-codes.ts";
import { columns, table } from "../../../cli/output/table.ts";
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

    const shown = table(["NAME", "STATUS", "N"], rows, coloured);

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
    expect(table(["A"], [["b"]], plain)).to.equal("A\nb");
  });
});
