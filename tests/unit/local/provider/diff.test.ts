import { expect } from "chai";
import { diff } from "../../../../local/provider/diff.ts";
import { decode, encode, unknown, type Values } from "../../../../local/provider/properties.ts";
import { resourceType } from "../../../../local/provider/resource-types.ts";

const table = "aws:dynamodb/table:Table";
const lambdaFunction = "aws:lambda/function:Function";

const changes = (type: string, olds: Values, news: Values) =>
  diff(resourceType(type), olds, news).changes.map(({ property, kind, replaces }) =>
    [replaces ? "replace" : "update", property, kind].join(" "),
  );

describe("The local provider's diff", () => {
  it("is empty for the same inputs", () => {
    const inputs = { name: "orders", hashKey: "pk", attributes: [{ name: "pk", type: "S" }] };

    expect(changes(table, inputs, structuredClone(inputs))).to.deep.equal([]);
  });

  it("treats a default, an empty value and a missing one alike", () => {
    const olds = { billingMode: "PROVISIONED", deletionProtectionEnabled: false, tags: {}, globalSecondaryIndexes: [] };

    expect(changes(table, olds, {})).to.deep.equal([]);
    expect(changes("aws:apigateway/apiKey:ApiKey", { enabled: true }, {})).to.deep.equal([]);
    expect(changes("aws:apigateway/apiKey:ApiKey", {}, { enabled: false })).to.deep.equal(["update enabled add"]);
  });

  it("compares lists as sets, and JSON by its meaning", () => {
    const attributes = (...names: string[]) => ({ attributes: names.map((name) => ({ name, type: "S" })) });
    const policy = (text: string) => ({ role: "r", name: "n", policy: text });

    expect(changes(table, attributes("a", "b"), attributes("b", "a"))).to.deep.equal([]);
    expect(changes("aws:iam/rolePolicy:RolePolicy", policy('{"a":1,"b":[1]}'), policy('{ "b": [1], "a": 1 }'))).to.be
      .empty;
    expect(changes("aws:iam/rolePolicy:RolePolicy", policy('{"a":1}'), policy('{"a":2}'))).to.deep.equal([
      "update policy update",
    ]);
  });

  it("respects the order of lists in JSON: the first of two Retry rules wins", () => {
    const machine = (...errors: string[]) => ({ definition: JSON.stringify({ Retry: errors }) });

    expect(changes("aws:sfn/stateMachine:StateMachine", machine("A", "B"), machine("B", "A"))).to.have.lengthOf(1);
  });

  it("updates what AWS can update, and replaces the rest", () => {
    const olds = {
      name: "orders",
      hashKey: "pk",
      ttl: { enabled: true, attributeName: "expiresAt" },
      tags: { a: "1" },
    };

    expect(
      changes(table, olds, { ...olds, ttl: undefined, tags: { a: "2" }, tableClass: "STANDARD_INFREQUENT_ACCESS" }),
    ).to.have.members(["update ttl delete", "update tags update", "update tableClass add"]);
    expect(changes(table, olds, { ...olds, hashKey: "id" })).to.deep.equal(["replace hashKey update"]);
    expect(
      changes("aws:apigateway/deployment:Deployment", { triggers: { body: "1" } }, { triggers: { body: "2" } }),
    ).to.deep.equal(["replace triggers update"]);
  });

  it("replaces a resource of a type that can't be updated on any change", () => {
    expect(changes("aws:lambda/permission:Permission", { principal: "a" }, { principal: "b" })).to.deep.equal([
      "replace principal update",
    ]);
  });

  it("replaces if a value that requires it is unknown", () => {
    expect(changes("aws:apigateway/stage:Stage", { restApi: "a" }, { restApi: unknown })).to.deep.equal([
      "replace restApi update",
    ]);
  });

  it("deletes first if the old and the new resource have the same name", () => {
    const deletesFirst = (olds: Values, news: Values) => diff(resourceType(table), olds, news).deleteBeforeReplace;

    expect(deletesFirst({ name: "orders", hashKey: "a" }, { name: "orders", hashKey: "b" })).to.equal(true);
    expect(deletesFirst({ name: "orders-1", hashKey: "a" }, { name: "orders-2", hashKey: "b" })).to.equal(false);
    expect(deletesFirst({ name: "orders", tags: {} }, { name: "orders", tags: { a: "1" } })).to.equal(false);
  });

  it("compares code by its hash, not by its path", () => {
    const code = (hash: string, path: string) => ({
      code: { "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", hash, path },
    });

    expect(changes(lambdaFunction, code("1", "/a"), code("1", "/b"))).to.deep.equal([]);
    expect(changes(lambdaFunction, code("1", "/a"), code("2", "/a"))).to.deep.equal(["update code update"]);
  });

  it("does not mistake a map's entry `hash` for an archive's", () => {
    const environment = (other: string) => ({ environment: { variables: { hash: "same", other } } });

    expect(changes(lambdaFunction, environment("a"), environment("b"))).to.deep.equal(["update environment update"]);
  });

  it("keeps a value that AWS chose if the program gives none", () => {
    const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";

    expect(changes(mapping, { batchSize: 10 }, {})).to.deep.equal([]);
    expect(changes(mapping, { batchSize: 10 }, { batchSize: 5 })).to.deep.equal(["update batchSize update"]);
  });

  it("ignores inputs without effect on this target", () => {
    expect(changes(lambdaFunction, { architectures: ["arm64"] }, { architectures: ["x86_64"] })).to.deep.equal([]);
  });
});

describe("The local provider's properties", () => {
  it("survive a round trip through the engine's format", () => {
    const values = { name: "a", size: 3, on: false, tags: { a: "1" }, list: [{ b: [] }], gone: undefined };

    const { values: decoded, secrets } = decode(encode(values));

    expect(decoded).to.deep.equal({ name: "a", size: 3, on: false, tags: { a: "1" }, list: [{ b: [] }] });
    expect([...secrets]).to.deep.equal([]);
  });

  it("are unwrapped if secret, at any depth, and the secret ones are known", () => {
    const inner = encode({ password: "hidden" }, ["password"]).toJavaScript();

    const { values, secrets } = decode(encode({ value: "s", nested: { list: [inner] }, open: 1 }, ["value"]));

    expect(values).to.deep.equal({ value: "s", nested: { list: [{ password: "hidden" }] }, open: 1 });
    expect([...secrets]).to.have.members(["value", "nested"]);
  });
});
