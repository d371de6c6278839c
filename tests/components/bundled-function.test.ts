import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { BundledFunction, type BundledFunctionArgs } from "../../components/bundled-function.ts";
import { register } from "../support/mocks.ts";

const entry = join(import.meta.dirname, "..", "..", "handlers", "get-order.ts");
const ARGS: BundledFunctionArgs = { entry, logRetentionDays: 7 };

describe("BundledFunction", () => {
  it("is a function with its own role, policy and log group, all tagged", async () => {
    const resources = await register(() => new BundledFunction("get-order", { ...ARGS, tags: { stage: "test" } }));

    const children = resources.filter(({ path }) => path[0] === "orders:index:BundledFunction" && path.length === 2);
    expect(children.map(({ name }) => name)).to.have.members([
      "get-order-logs",
      "get-order-role",
      "get-order-policy",
      "get-order-function",
    ]);
    for (const { name, inputs } of children) {
      if (name !== "get-order-policy") expect(inputs.tags, name).to.deep.equal({ stage: "test" });
    }
  });

  it("runs on arm64 with tracing, and logs to its own group with the given retention", async () => {
    const resources = await register(() => new BundledFunction("get-order", { ...ARGS, environment: { TABLE: "t" } }));

    const fn = resources.find(({ name }) => name === "get-order-function");
    const logs = resources.find(({ name }) => name === "get-order-logs");
    expect(fn?.inputs).to.deep.include({
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "Text", logGroup: "/orders/test/get-order" },
    });
    expect(fn?.inputs.environment).to.deep.include({
      variables: {
        NODE_OPTIONS: "--enable-source-maps",
        POWERTOOLS_SERVICE_NAME: "get-order",
        STAGE: "test",
        TABLE: "t",
      },
    });
    expect(logs?.inputs).to.deep.include({ name: "/orders/test/get-order", retentionInDays: 7 });
  });

  it("reserves the given concurrency, and none by default", async () => {
    const reserved = async (args: Partial<BundledFunctionArgs>) => {
      const resources = await register(() => new BundledFunction("get-order", { ...ARGS, ...args }));
      return resources.find(({ name }) => name === "get-order-function")?.inputs.reservedConcurrentExecutions;
    };

    expect(await reserved({ reservedConcurrency: 40 })).to.equal(40);
    expect(await reserved({ reservedConcurrency: 0 })).to.equal(undefined);
    expect(await reserved({})).to.equal(undefined);
  });

  it("may only log, trace, and do what was granted", async () => {
    const resources = await register(() => {
      const fn = new BundledFunction("get-order", ARGS);
      fn.allow({ actions: ["dynamodb:GetItem"], resources: ["arn:table"] });
    });

    const policy = resources.find(({ name }) => name === "get-order-policy");
    expect(JSON.parse(policy?.inputs.policy as string).Statement).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: ["arn:aws:test:us-east-1:000000000000:get-order-logs:*"],
      },
      { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: ["*"] },
      { Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: ["arn:table"] },
    ]);
  });

  it("rejects a grant after its policy was registered", async () => {
    let late: Error | undefined;
    await register(async () => {
      const fn = new BundledFunction("get-order", ARGS);
      await new Promise((resolve) => setImmediate(resolve));
      try {
        fn.allow({ actions: ["dynamodb:GetItem"], resources: ["arn:table"] });
      } catch (error) {
        late = error as Error;
      }
    });

    expect(late?.message).to.match(/too late/);
  });

  const invalid: [keyof BundledFunctionArgs, Partial<BundledFunctionArgs>, RegExp][] = [
    ["entry", { entry: "handlers/get-order.ts" }, /"get-order": entry must be an absolute path, but is "handlers/],
    ["timeout", { timeout: 0 }, /"get-order": timeout must be .* but is 0/],
    ["reservedConcurrency", { reservedConcurrency: -1 }, /"get-order": reservedConcurrency must be .* but is -1/],
    ["logRetentionDays", { logRetentionDays: 8 }, /"get-order": logRetentionDays must be .* but is 8/],
  ];
  for (const [argument, args, message] of invalid) {
    it(`rejects an invalid ${argument}`, async () => {
      expect(() => new BundledFunction("get-order", { ...ARGS, ...args })).to.throw(message);
    });
  }
});
