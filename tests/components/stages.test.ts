import { expect } from "chai";
import { sum } from "es-toolkit";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { configDefaults, expiryAfter, previewConfig, type Stage } from "../../stacks/stages.ts";
import { OWN_DOMAIN, type RegisteredResource, register, stageConfig } from "../support/mocks.ts";

const secrets = { cursorSecret: "0123456789abcdef0123456789abcdef" };
const preview = { owner: "alice", commit: "4f1c2d3", expiry: "2026-11-24T18:00:00Z" };

/** What docs/deploy.md has everybody set for themselves. */
const EVERYBODYS_OWN = [
  "alarmSubscribers",
  "createEmailIdentity",
  "demo",
  "domainName",
  "hostedZoneId",
  "owner",
  "siteDelivery",
];

describe("The stages", () => {
  let dev: RegisteredResource[];
  let prod: RegisteredResource[];
  let pr: RegisteredResource[];
  before(async () => {
    // Three programs take seconds on an idle machine, more than the usual 30 on a busy one.
    dev = await register(program, { ...stageConfig("dev"), ...secrets });
    prod = await register(program, { ...stageConfig("prod"), commit: "4f1c2d3", ...secrets });
    pr = await register(program, { ...stageConfig("pr"), ...previewConfig(preview), ...secrets });
  });

  it("have only settings that Pulumi.yaml describes", () => {
    for (const stage of ["dev", "prod", "pr"] as Stage[]) {
      expect(configDefaults(), stage).to.include.keys(...Object.keys(stageConfig(stage)));
    }
  });

  it("differ only in these settings", () => {
    const settings = [stageConfig("pr"), stageConfig("dev"), stageConfig("prod")];

    const names = Object.keys(configDefaults()).filter((name) => !EVERYBODYS_OWN.includes(name));
    const different = names.map((name) => [name, settings.map((config) => config[name])] as const);
    expect(Object.fromEntries(different.filter(([, values]) => new Set(values).size > 1))).to.deep.equal({
      auditTrail: ["false", "false", "true"],
      customerManagedKey: ["false", "false", "true"],
      deletionProtection: ["false", "false", "true"],
      logRetentionDays: ["1", "7", "30"],
      pointInTimeRecovery: ["false", "true", "true"],
      reservedConcurrency: ["0", "0", "150"],
      safeRelease: ["false", "false", "true"],
      throttleBurst: ["200", "200", "150"],
      throttleRate: ["100", "100", "500"],
      webAcl: ["false", "false", "true"],
    });
  });

  it("add a key, a web ACL, an audit trail and safe releases in prod, and remove nothing", () => {
    const components = prod.filter(({ type }) => type.startsWith("orders:index:"));

    const added = components.filter(({ name }) => !names(dev).includes(name));
    expect(added.map(({ type }) => type.slice("orders:index:".length))).to.have.members([
      "EncryptionKey",
      "WebAcl",
      "AuditTrail",
      "SafeRelease",
    ]);
    expect(names(prod)).to.include.members(names(dev));
  });

  it("leave out only CloudFront and the sender's identity in previews", () => {
    const removed = dev.filter(({ name }) => !names(pr).includes(name));

    expect(names(removed).filter((name) => !name.startsWith("website-"))).to.deep.equal(["notifications-sender"]);
    expect(ofType(pr, "aws:cloudfront/distribution:Distribution")).to.deep.equal([]);
  });

  it("have their own deletion protection, log retention and backups", () => {
    for (const [resources, isProtected, days, backups] of [
      [prod, true, 30, true],
      [dev, false, 7, true],
      [pr, false, 1, false],
    ] as const) {
      const [table] = ofType(resources, "aws:dynamodb/table:Table");
      expect(table?.inputs).to.deep.include({
        deletionProtectionEnabled: isProtected,
        pointInTimeRecovery: { enabled: backups },
      });
      for (const { name, inputs } of ofType(resources, "aws:cloudwatch/logGroup:LogGroup"))
        expect(inputs.retentionInDays, name).to.equal(days);
    }
  });

  it("have a domain of their own only where it is set, and previews never", async () => {
    const taken = await register(program, {
      ...{ ...stageConfig("pr"), ...previewConfig(preview), ...secrets },
      // As if these were set for all stages, in Pulumi.yaml.
      ...OWN_DOMAIN,
    }).catch(({ message }) => message);

    for (const resources of [dev, prod, pr]) expect(ofType(resources, "aws:route53/record:Record")).to.deep.equal([]);
    expect(taken).to.equal(
      'Website "website": delivery must be cloudfront with the domain name shop.example.com, but is "bucket".',
    );
  });

  it("send alarms by email in prod only", () => {
    const subscribers = (resources: RegisteredResource[]) =>
      ofType(resources, "aws:sns/topicSubscription:TopicSubscription")
        .filter(({ inputs }) => inputs.protocol === "email")
        .map(({ inputs }) => inputs.endpoint);

    expect([subscribers(dev), subscribers(prod), subscribers(pr)]).to.deep.equal([[], ["on-call@example.com"], []]);
  });

  it("have their own throttling", () => {
    for (const [resources, rate, burst] of [
      [prod, 500, 150],
      [dev, 100, 200],
      [pr, 100, 200],
    ] as const) {
      for (const { inputs } of ofType(resources, "aws:apigateway/usagePlan:UsagePlan"))
        expect(inputs.throttleSettings).to.deep.equal({ rateLimit: rate, burstLimit: burst });
    }
  });

  it("reserve concurrency in prod only, for what customers or payments wait for, with 100 of 1,000 left unreserved", () => {
    const reservedBy = (resources: RegisteredResource[]) =>
      ofType(resources, "aws:lambda/function:Function").flatMap(({ name, inputs }) =>
        inputs.reservedConcurrentExecutions === undefined
          ? []
          : [[name.replace(/-function$/, ""), inputs.reservedConcurrentExecutions as number] as const],
      );

    const reserved = reservedBy(prod);
    expect(reserved.map(([name]) => name)).to.have.members([
      "create-order",
      "get-order",
      "list-products",
      "fulfilment-process-payments",
    ]);
    expect(sum(reserved.map(([, count]) => count))).to.be.at.most(1_000 - 100);
    expect(Number(stageConfig("prod").throttleBurst)).to.be.at.most(Object.fromEntries(reserved)["create-order"] ?? 0);
    expect(reservedBy(pr)).to.deep.equal([]);
  });

  it("record in prod who reads and writes the table and the website's bucket", () => {
    const [trail] = ofType(prod, "awsx:cloudtrail:Trail");

    expect(JSON.stringify(trail?.inputs.eventSelectors)).to.include(":orders-table").and.to.include("website-bucket/");
  });

  it("tag resources with owner and, in previews, expiry; functions also with the commit", () => {
    const text = (tags: object) => JSON.stringify(Object.entries(tags).sort());
    const tagsOf = (resources: RegisteredResource[], type: string) =>
      new Set(ofType(resources, type).map(({ inputs }) => text(inputs.tags as object)));

    const tagged = (tags: object) => new Set([text({ project: "orders", stage: "test", ...tags })]);
    for (const type of ["aws:dynamodb/table:Table", "aws:sqs/queue:Queue", "aws:iam/role:Role"]) {
      expect(tagsOf(dev, type), type).to.deep.equal(tagged({ owner: "orders-team" }));
      expect(tagsOf(pr, type), type).to.deep.equal(tagged({ owner: "alice", expiry: preview.expiry }));
    }
    const functions = "aws:lambda/function:Function";
    expect(tagsOf(dev, functions)).to.deep.equal(tagged({ owner: "orders-team" }));
    expect(tagsOf(prod, functions)).to.deep.equal(tagged({ owner: "orders-team", commit: "4f1c2d3" }));
    expect(tagsOf(pr, functions)).to.deep.equal(
      tagged({ owner: "alice", expiry: preview.expiry, commit: preview.commit }),
    );
  });

  it("of a bot's pull request are tagged with what fits of its name", async () => {
    const owners = ["dependabot[bot]", "renovate[bot]", "WORKGROUP\\ada", "ada", "[bot]", `a${"b".repeat(300)}`];

    const fitted = owners.map((owner) => previewConfig({ ...preview, owner }).owner);
    const [table] = ofType(
      await register(program, {
        ...configDefaults(),
        ...previewConfig({ ...preview, owner: "dependabot[bot]" }),
        ...secrets,
      }),
      "aws:dynamodb/table:Table",
    );

    expect(fitted).to.deep.equal([
      "dependabot-bot",
      "renovate-bot",
      "WORKGROUP-ada",
      "ada",
      "bot",
      `a${"b".repeat(255)}`,
    ]);
    expect(table?.inputs.tags).to.include({ owner: "dependabot-bot" });
  });

  it("reject labels that can't be tags, and an invalid expiry", async () => {
    const deploy = (labels: Record<string, string>) =>
      register(program, { ...configDefaults(), ...secrets, ...labels }).then(
        () => "",
        ({ message }) => message,
      );

    expect(await deploy({ owner: "a;b" })).to.equal(
      'owner must be at most 256 letters, digits, spaces or _.:/=+@-, but is "a;b".',
    );
    expect(await deploy({ expiry: "tomorrow" })).to.equal(
      'expiry must be empty or a time in UTC such as 2026-11-24T18:00:00Z, but is "tomorrow".',
    );
    expect(await deploy({ expiry: expiryAfter(72, new Date("2026-11-21T18:00:00.123Z")) })).to.equal("");
  });
});

function names(resources: RegisteredResource[]): string[] {
  return resources.map(({ name }) => name);
}

function ofType(resources: RegisteredResource[], type: string): RegisteredResource[] {
  return resources.filter((resource) => resource.type === type);
}
