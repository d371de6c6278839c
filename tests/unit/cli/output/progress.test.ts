import { PassThrough } from "node:stream";
import { expect } from "chai";
import { describe, it } from "mocha";
import { progressOn } from "../../../../cli/output/progress.ts";

describe("Progress", () => {
  it("is one line on a terminal, never wider than it, and cleared in the end", () => {
    const stdout = new PassThrough();
    const progress = progressOn({ stdout, columns: 10 });

    for (const line of ["9 are open", "8 are open …", ""]) progress(line);

    expect(String(stdout.read())).to.equal("\r\x1b[K9 are ope\r\x1b[K8 are ope\r\x1b[K");
  });

  it("is a plain line every half minute in a pipe", () => {
    const stdout = new PassThrough();
    let now = 0;
    const progress = progressOn({ stdout }, () => now);

    for (now = 0; now <= 65_000; now += 1_000) progress(`${now / 1_000} s`);
    progress("");

    expect(String(stdout.read())).to.equal("30 s\n60 s\n");
  });
});
