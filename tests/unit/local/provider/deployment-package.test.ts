import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { unzipSync, zipSync } from "fflate";
import { deploymentPackage } from "../../../../local/provider/deployment-package.ts";

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

describe("A function's deployment package for the emulator", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "orders-package-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("contains the function's files and the bootstrap", async () => {
    await writeFile(join(folder, "bundle.mjs"), "export const handler = 1;");

    const files = unzipSync(
      await deploymentPackage({
        assets: { "index.mjs": { path: join(folder, "bundle.mjs") }, "a.txt": { text: "A" } },
      }),
    );

    const ours = ["bootstrap", "bootstrap.mjs"];
    expect(Object.keys(files)).to.have.members([...ours, "index.mjs", "a.txt"]);
    expect(text(files["index.mjs"])).to.equal("export const handler = 1;");
    expect(text(files.bootstrap)).to.contain(process.execPath);
  });

  it("has the same bytes for the same files: in any order, at any time, in any time zone", async () => {
    const zone = process.env.TZ;
    const one = await deploymentPackage({ assets: { "a.mjs": { text: "a" }, "b.mjs": { text: "b" } } });

    process.env.TZ = "Pacific/Kiritimati";
    const other = await deploymentPackage({ assets: { "b.mjs": { text: "b" }, "a.mjs": { text: "a" } } });
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;

    expect(Buffer.from(one).equals(Buffer.from(other))).to.equal(true);
  });

  it("can be built from a folder or a zip", async () => {
    await mkdir(join(folder, "code", "lib"), { recursive: true });
    await writeFile(join(folder, "code", "lib", "x.mjs"), "x");
    await writeFile(join(folder, "code.zip"), zipSync({ "lib/x.mjs": Buffer.from("x") }));

    const packages = await Promise.all([
      deploymentPackage({ path: join(folder, "code") }),
      deploymentPackage({ path: join(folder, "code.zip") }),
    ]);

    for (const built of packages) expect(text(unzipSync(built)["lib/x.mjs"])).to.equal("x");
  });

  it("names a file that it can't read", async () => {
    const error = await deploymentPackage({ assets: { "far.mjs": { uri: "https://example.com" } } }).catch((e) => e);

    expect(error).to.be.an("error").with.property("message").that.contains("far.mjs");
  });
});
