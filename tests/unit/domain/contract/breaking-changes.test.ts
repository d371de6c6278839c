import { expect } from "chai";
import { fileOfVersion, lastVersion } from "../../../../delivery/last-version.ts";
import type { Audience } from "../../../../domain/audience.ts";
import { openApiDocument } from "../../../../domain/contract/openapi.ts";
import { root } from "../../../../tools/paths.ts";
import { breakingChanges, sentence } from "./breaking-changes.ts";
import { breaksOf, declaredBreaks } from "./declared-breaks.ts";

const AUDIENCES: Audience[] = ["storefront", "backoffice"];

/** An OpenAPI document, as far as tests change it. */
interface Document {
  paths: Record<string, Record<string, object>>;
  components: { schemas: Record<string, Schema> };
}

interface Schema {
  properties: Record<string, object>;
  required?: string[];
}

describe("The contract", function () {
  this.timeout(30_000);
  this.slow(3_000);

  for (const audience of AUDIENCES) {
    it(`keeps what the last version promised to the ${audience}'s clients`, async () => {
      const before = contractOfLastVersion(audience);

      const changes = await breakingChanges(before, JSON.stringify(openApiDocument(audience)));

      const declared = declaredBreaks();
      const undeclared = changes.filter(({ id, operation, path }) => !declared.has(`${operation} ${path} ${id}`));
      expect(undeclared.map(sentence), "If it is meant, say so in its change note: see CONTRIBUTING.md.").to.deep.equal(
        [],
      );
    });
  }

  const breaking: Record<string, { change: (document: Document) => void; found: RegExp }> = {
    "a route that is gone": {
      change: ({ paths }) => delete paths["/orders/{orderId}"],
      found: /^GET \/orders\/\{orderId\} api path removed/,
    },
    "a field that orders must have from now on": {
      change: ({ components }) => schema(components, "PlaceOrder").required?.push("customerName"),
      found: /^POST \/orders .*`customerName`.* required/,
    },
    "a field that answers have no more": {
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
    "a field that orders may have": ({ components }) => {
      schema(components, "PlaceOrder").properties.giftWrap = { type: "boolean" };
    },
    "another field in answers": ({ components }) => {
      schema(components, "Order").properties.carrier = { type: "string" };
    },
  };
  for (const [name, change] of Object.entries(harmless)) {
    it(`is kept by ${name}`, async () => {
      const changes = await changedBy(change);

      expect(changes).to.deep.equal([]);
    });
  }

  it("may be broken by what a change note says that it breaks, and by nothing else", () => {
    const note = (bump: string) =>
      `---\n"orders": ${bump}\n---\n\nIt breaks:\n\n- \`GET /orders\`: \`a-rule\`, \`another\`\n`;

    expect(breaksOf(note("minor"))).to.deep.equal(["GET /orders a-rule", "GET /orders another"]);
    expect(breaksOf('---\n"orders": minor\n---\n\n`GET /orders` is faster.\n')).to.deep.equal([]);
    expect(() => breaksOf(note("patch"))).to.throw("A patch breaks nothing");
  });
});

function contractOfLastVersion(audience: Audience): string {
  const version = lastVersion(root);
  const folder = version.number === "0.1.0" ? "openapi" : "domain/contract";
  return fileOfVersion(version, `${folder}/${audience}.json`, root);
}

/** What a change of the present contract breaks. */
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
