import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { configDefaults, stageConfig } from "../support/config.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

const secrets = { cursorSecret: "0123456789abcdef0123456789abcdef" };

describe("The stages", () => {
  let dev: RegisteredResource[];
  let prod: RegisteredResource[];
  before(async () => {
    dev = await register(program, { ...stageConfig("dev"), ...secrets });
    prod = await register(program, { ...stageConfig("prod"), ...secrets });
  });

  it("dev has the defaults", () => {
    expect(stageConfig("dev")).to.deep.equal(configDefaults());
  });

  it("prod has a key, a web ACL and an audit trail more, and nothing less", () => {
    const names = (resources: RegisteredResource[]) => resources.map(({ name }) => name);
    const components = prod.filter(({ type }) => type.startsWith("orders:index:"));

    const more = components.filter(({ name }) => !names(dev).includes(name));
    expect(more.map(({ type }) => type.slice("orders:index:".length))).to.have.members([
      "EncryptionKey",
      "WebAcl",
      "AuditTrail",
    ]);
    expect(names(prod)).to.include.members(names(dev));
  });

  it("prod protects its table, and keeps its logs for a month", () => {
    const [table] = ofType(prod, "aws:dynamodb/table:Table");

    expect(table?.inputs.deletionProtectionEnabled).to.equal(true);
    for (const { name, inputs } of ofType(prod, "aws:cloudwatch/logGroup:LogGroup"))
      expect(inputs.retentionInDays, name).to.equal(30);
  });

  it("prod reserves no more than an account has by default, and leaves what Lambda wants unreserved", () => {
    const functions = ofType(prod, "aws:lambda/function:Function");

    const reserved = functions.map(({ inputs }) => inputs.reservedConcurrentExecutions as number);
    expect(Math.min(...reserved))
      .to.equal(Math.max(...reserved))
      .and.to.be.above(0);
    expect(reserved.reduce((sum, one) => sum + one)).to.be.at.most(1_000 - 100);
  });

  it("prod records who reads and writes its table and the website's bucket", () => {
    const [trail] = ofType(prod, "awsx:cloudtrail:Trail");

    expect(JSON.stringify(trail?.inputs.eventSelectors)).to.include(":orders-table").and.to.include("website-bucket/");
  });
});

function ofType(resources: RegisteredResource[], type: string): RegisteredResource[] {
  return resources.filter((resource) => resource.type === type);
}
