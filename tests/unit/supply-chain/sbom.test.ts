import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import satisfies from "spdx-satisfies";
import { root } from "../../../tools/paths.ts";
import { packagesInFunctions, packagesInPages } from "./bundled.ts";
import { ALLOWED_LICENCES, LICENCE_EXCEPTIONS } from "./licences.ts";
import { lockedPackages, nameAt } from "./lock-file.ts";
import { licenceOf, printedSbom, type Sbom } from "./sbom.ts";

describe("The bill of materials", () => {
  let text: string;
  let sbom: Sbom;

  before("write it", async () => {
    text = await printedSbom();
    sbom = JSON.parse(text);
  });

  it("is CycloneDX, as its schema says", async () => {
    const validator = new JsonStrictValidator(Version.v1dot5);

    const faults = await validator.validate(text);
    const broken = await validator.validate(text.replaceAll('"components"', '"parts"'));

    expect(faults).to.equal(null);
    expect(broken).to.not.equal(null);
  });

  it("is about this application, and names all that is pinned, exactly", () => {
    const pinned = lockedPackages.map(([path, { name, version }]) => `${name ?? nameAt(path)}@${version}`);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const named = sbom.components.map(({ purl }) => decodeURIComponent(purl.replace("pkg:npm/", "")));

    expect(sbom.metadata.component).to.include({ type: "application", purl: `pkg:npm/orders@${version}` });
    expect(new Set(named)).to.deep.equal(new Set(pinned));
  });

  it("says that all that functions and pages are made of is required to run", async () => {
    const required = new Set(sbom.components.filter(({ scope }) => scope === "required").map(({ purl }) => purl));
    const versions = new Map(lockedPackages.map(([path, { version }]) => [path, version]));

    const shipped = [...(await packagesInFunctions()), ...(await packagesInPages())];

    expect(shipped).to.include.members(["node_modules/stripe", "node_modules/valibot"]);
    const optional = shipped.filter((path) => {
      const name = nameAt(path).replace("@", "%40");
      return !required.has(`pkg:npm/${name}@${versions.get(path)}`);
    });
    expect(optional).to.deep.equal([]);
  });

  it("has licences of the allowed ones only, and the exceptions that have a reason", () => {
    const others = sbom.components.flatMap((component) => {
      const licence = licenceOf(component);
      if (licence !== undefined && satisfies(licence, ALLOWED_LICENCES)) return [];
      return [{ name: component.name, licence }];
    });

    const used = others.map(({ name, licence }) => {
      const exception = LICENCE_EXCEPTIONS.find((one) => one.package === name && one.licence === licence);
      expect(exception, `the licence of ${name}: ${licence ?? "none is told"}`).to.not.equal(undefined);
      return exception;
    });
    expect([...new Set(used)]).to.have.members(LICENCE_EXCEPTIONS);
  });

  it("would tell licences that ask for more", () => {
    expect(satisfies("GPL-3.0-only", ALLOWED_LICENCES)).to.equal(false);
    expect(satisfies("MIT AND AGPL-3.0-only", ALLOWED_LICENCES)).to.equal(false);
    expect(satisfies("GPL-2.0-only OR MIT", ALLOWED_LICENCES)).to.equal(true);
  });
});
