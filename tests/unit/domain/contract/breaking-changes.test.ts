import { expect } from "chai";
import { fileOfVersion, lastVersion } from "../../../../delivery/last-version.ts";
import type { Audience } from "../../../../domain/audience.ts";
import { openApiDocument } from "../../../../domain/contract/openapi.ts";
import { root } from "../../../../tools/paths.ts";
import { breakingChanges, sentence } from "./breaking-changes.ts";
import { breaksOf, declaredBreaks } from "./declared-breaks.ts";

const AUDIENCES: Audience[] = ["storefront", "backoffice"];

/** The parts of an OpenAPI document that the tests change. */
interface Document {
  paths: Record<string, Record<string, object>>;
  components: { schemas: Record<string, Schema> };
}

interface Schema {
  properties: Record<string, object>;
  required?: string[];
}

describe("The contract", function () {
  this.slow(3_000);

  for (const audience of AUDIENCES) {
    it(`has no undeclared breaking changes for the ${audience}'s clients since the last version`, async () => {
      const before = contractOfLastVersion(audience);

      const changes = await breakingChanges(before, JSON.stringify(openApiDocument(audience)));

      const declared = declaredBreaks();
      const undeclared = changes.filter(({ id, operation, path }) => !declared.has(`${operation} ${path} ${id}`));
      const advice = "If the break is intended, declare it in its change note: see CONTRIBUTING.md.";
      expect(undeclared.map(sentence), advice).to.deep.equal([]);
    });
  }

  const breaking: Record<string, { change: (document: Document) => void; found: RegExp }> = {
    "a removed route": {
      change: ({ paths }) => delete paths["/orders/{orderId}"],
      found: /^GET \/orders\/\{orderId\} API path removed/,
    },
    "a new required field of orders": {
      change: ({ components }) => schema(components, "PlaceOrder").required?.push("customerName"),
      found: /^POST \/orders .*`customerName`.* required/,
    },
    "a field removed from responses": {
      change: ({ components }) => delete schema(components, "Order").properties.totalAmount,
      found: /totalAmount/,
    },
  };
  for (const [name, { change, found }] of Object.entries(breaking)) {
    it(`is broken by ${name}`, async () => {
      const changes = await changedBy(change);

      expect(changes.join("\n")).to.match(found);
    });
  }

  const harmless: Record<string, (document: Document) => void> = {
    "a new route": ({ paths }) => {
      paths["/orders/{orderId}/receipt"] = structuredClone(paths["/orders/{orderId}"] ?? {});
    },
    "a new optional field of orders": ({ components }) => {
      schema(components, "PlaceOrder").properties.giftWrap = { type: "boolean" };
    },
    "a new field in responses": ({ components }) => {
      schema(components, "Order").properties.carrier = { type: "string" };
    },
  };
  for (const [name, change] of Object.entries(harmless)) {
    it(`is not broken by ${name}`, async () => {
      const changes = await changedBy(change);

      expect(changes).to.deep.equal([]);
    });
  }

  it("can only be broken as a change note declares", () => {
    const note = (bump: string) =>
      `---\n"orders": ${bump}\n---\n\nIt breaks:\n\n- \`GET /orders\`: \`a-rule\`, \`another\`\n`;

    expect(breaksOf(note("minor"))).to.deep.equal(["GET /orders a-rule", "GET /orders another"]);
    expect(breaksOf('---\n"orders": minor\n---\n\n`GET /orders` is faster.\n')).to.deep.equal([]);
    expect(() => breaksOf(note("patch"))).to.throw("A patch must not break anything");
  });
});

function contractOfLastVersion(audience: Audience): string {
  const version = lastVersion(root);
  const folder = version.number === "0.1.0" ? "openapi" : "domain/contract";
  return fileOfVersion(version, `${folder}/${audience}.json`, root);
}

/** The breaking changes that a change of the current contract causes. */
async function changedBy(change: (document: Document) => void): Promise<string[]> {
  const before = JSON.stringify(openApiDocument("storefront"));
  const after = JSON.parse(before) as Document;
  change(after);
  return (await breakingChanges(before, JSON.stringify(after))).map(sentence);
}

function schema({ schemas }: Document["components"], name: string): Schema {
  const found = schemas[name];
  if (!found) throw new Error(`The contract has no schema ${name}, but ${Object.keys(schemas).join(", ")}.`);
  return found;
}
