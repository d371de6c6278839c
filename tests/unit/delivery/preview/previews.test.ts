import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { previewOf, previewsHere } from "../../../../delivery/preview/previews.ts";
import { type PreviewTarget, writeReport } from "../../../../delivery/preview/report.ts";

describe("A preview", () => {
  const saved = process.env.ORDERS_FOLDER;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "orders-previews-"));
    process.env.ORDERS_FOLDER = join(folder, "local");
  });
  afterEach(() => {
    if (saved === undefined) delete process.env.ORDERS_FOLDER;
    else process.env.ORDERS_FOLDER = saved;
    rmSync(folder, { recursive: true });
  });

  function deploy(pullRequest: number, target: PreviewTarget): void {
    const preview = previewOf(pullRequest, target);
    const labels = { commit: "0123456", owner: "ada", expiry: "2120-01-01T00:00:00Z" };
    writeReport(preview.folder, { stack: preview.name, target, ...labels });
  }

  it("is on this machine unless something else is said", () => {
    expect(previewOf(7)).to.deep.equal({ name: "pr-7", folder: join(folder, "pr-7"), target: "local" });
    expect(previewOf(7, "aws").target).to.equal("aws");
  });

  it("stays where it was deployed", () => {
    deploy(7, "aws");

    expect(previewOf(7).target).to.equal("aws");
    expect(previewOf(7, "local").target).to.equal("local");
    expect(previewOf(8).target).to.equal("local");
  });

  it("is known on the machine that deployed it", () => {
    deploy(7, "aws");
    deploy(12, "local");
    writeReport(join(folder, "pr-next"), { stack: "pr-next", target: "local", commit: "", owner: "", expiry: "" });

    expect(previewsHere()).to.have.deep.members([previewOf(7), previewOf(12)]);
  });
});
