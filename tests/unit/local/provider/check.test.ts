import { expect } from "chai";
import fc from "fast-check";
import { autoName, checkInputs, type NameSource } from "../../../../local/provider/check.ts";
import { unknown, type Values } from "../../../../local/provider/properties.ts";
import { resourceType } from "../../../../local/provider/resource-types.ts";

const table = resourceType("aws:dynamodb/table:Table");
const source = { logicalName: "orders", seed: new Uint8Array([1, 2, 3]) };

describe("The local provider's check", () => {
  it("reports an unsupported input, with the supported ones", () => {
    const failures = checkInputs(table, { hashKey: "pk", warmThroughput: {} });

    expect(failures).to.have.lengthOf(1);
    expect(failures[0]?.property).to.equal("warmThroughput");
    expect(failures[0]?.reason).to.match(/aws:dynamodb\/table:Table has no input "warmThroughput".*billingMode, .*ttl/);
  });

  it("reports a missing input", () => {
    const failures = checkInputs(table, {});

    expect(failures.map(({ property }) => property)).to.deep.equal(["hashKey"]);
  });

  it("accepts an unknown value for a required input", () => {
    expect(checkInputs(table, { hashKey: unknown })).to.deep.equal([]);
  });

  it("rejects an unsupported type, and lists the supported ones", () => {
    expect(() => resourceType("aws:ec2/vpc:Vpc")).to.throw(
      /no resource type aws:ec2\/vpc:Vpc.*aws:dynamodb\/table:Table/,
    );
  });

  describe("names a resource without a name", () => {
    const nameOf = (type: string, given: Values, olds: Values = {}, from: NameSource = source) =>
      autoName(resourceType(type), given, olds, from);

    it("after its logical name, like the official provider", () => {
      const { name } = nameOf("aws:dynamodb/table:Table", {});

      expect(name).to.match(/^orders-[0-9a-f]{7}$/);
    });

    it("unless it has one, or got one before", () => {
      expect(nameOf("aws:dynamodb/table:Table", { name: "mine" })).to.deep.equal({});
      expect(nameOf("aws:dynamodb/table:Table", {}, { name: "orders-0000000" })).to.deep.equal({
        name: "orders-0000000",
      });
    });

    it("within the service's limit, for any logical name, and differently for each seed", () => {
      const seeds = fc.uint8Array({ minLength: 16, maxLength: 16 });
      const logicalNames = fc.stringMatching(/^[a-z][a-z-]{0,120}$/);

      fc.assert(
        fc.property(logicalNames, seeds, seeds, (logicalName, one, other) => {
          const [first, again, second] = [one, one, other].map(
            (seed) => nameOf("aws:iam/role:Role", {}, {}, { logicalName, seed }).name,
          );

          expect(first).to.have.lengthOf.at.most(64);
          expect(first).to.equal(again);
          if (!Buffer.from(one).equals(Buffer.from(other))) expect(first).to.not.equal(second);
        }),
      );
    });

    it("as the engine's autonaming configuration proposes", () => {
      const { name } = nameOf("aws:dynamodb/table:Table", {}, {}, { ...source, proposed: "orders-by-engine" });

      expect(name).to.equal("orders-by-engine");
    });
  });
});
