import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Lambda } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { sumBy } from "es-toolkit";
import { after, before, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../../local/emulator/emulator.ts";
import { deploymentPackage } from "../../../local/provider/deployment-package.ts";
import { emulatorClient } from "../../../stacks/record.ts";
import { eventually } from "../../support/eventually.ts";
import { target } from "../../support/stack.ts";

/** Does what its event's `do` says. `count` returns how many calls this instance has handled. */
const HANDLER = `
  let calls = 0;
  class OutOfStock extends Error {
    constructor(message) { super(message); this.name = "OutOfStock"; }
  }
  const actions = {
    echo: (event) => event,
    count: () => calls,
    nothing: () => undefined,
    custom: () => { throw new OutOfStock("no stands left"); },
    text: () => { throw "just a text"; },
    crash: () => process.exit(1),
    log: () => console.log("one\\ntwo"),
    measure: ({ line, exits }) => { console.log(JSON.stringify(line)); if (exits) process.kill(process.pid, "SIGKILL"); },
    context: (_, { getRemainingTimeInMillis, ...context }) => ({ ...context, remaining: getRemainingTimeInMillis() }),
    environment: () => ({ trace: process.env._X_AMZN_TRACE_ID, endpoint: process.env.AWS_ENDPOINT_URL }),
  };
  export const handler = async (event, context) => { calls++; return actions[event.do](event, context); };
`;

describe("The local target's runtime for functions", () => {
  let folder: string;
  let emulator: Emulator;
  let lambda: Lambda;

  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-bootstrap-"));
    emulator = await startEmulator({ logFile: join(folder, "emulator.log") });
    lambda = new Lambda(client());
    await create("actions", HANDLER);
  });
  after(async () => {
    await emulator?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  it("passes any JSON through, as event and as result", async () => {
    const event = { do: "echo", text: "ünï\u2028code", list: [1, null, { a: true }], big: "x".repeat(200_000) };

    expect((await call(event)).payload).to.deep.equal(event);
    expect((await call({ do: "nothing" })).payload).to.equal(null);
  });

  it("reports an error's name and stack, and keeps the instance", async () => {
    const { payload: before } = await call({ do: "count" });

    const failed = await call({ do: "custom" });

    expect(failed.functionError).to.be.a("string");
    expect(failed.payload).to.include({ errorType: "OutOfStock", errorMessage: "no stands left" });
    expect(failed.payload.trace[0]).to.equal("OutOfStock: no stands left");
    expect(failed.payload.trace[1]).to.match(/index\.mjs:\d+/);
    expect((await call({ do: "count" })).payload).to.equal(before + 2);
  });

  it("reports a thrown value that is not an Error", async () => {
    expect((await call({ do: "text" })).payload).to.include({ errorType: "string", errorMessage: "just a text" });
  });

  it("starts a new instance after a crash", async () => {
    const crashed = await call({ do: "crash" });

    expect(crashed.functionError).to.be.a("string");
    expect((await call({ do: "count" })).payload).to.equal(1);
  });

  it("gives the handler its context, and the call's trace id", async () => {
    const [{ payload: context }, { payload: environment }] = [
      await call({ do: "context" }),
      await call({ do: "environment" }),
    ];

    expect(context).to.include({ functionName: "actions", functionVersion: "$LATEST", memoryLimitInMB: "256" });
    expect(context.logGroupName).to.equal("/aws/lambda/actions");
    expect(context.invokedFunctionArn).to.match(/^arn:aws:lambda:.*:function:actions$/);
    expect(context.awsRequestId).to.match(/^[0-9a-f-]{36}$/);
    expect(context.remaining).to.be.within(1, 5_000);
    expect(environment.trace).to.match(/^Root=1-/);
    expect(environment.endpoint).to.equal(emulator.endpoint);
  });

  it("adds no lines between the handler's own", async () => {
    await call({ do: "log" });

    const { events = [] } = await new CloudWatchLogs(client()).filterLogEvents({ logGroupName: "/aws/lambda/actions" });
    const lines = events.map(({ message = "" }) => message);
    const start = lines.indexOf("one") - 1;
    expect(lines[start]).to.match(/^START/);
    expect(lines.slice(start + 1, start + 3)).to.deep.equal(["one", "two"]);
    expect(lines[start + 3]).to.match(/^END/);
    expect(lines).to.not.include("");
  });

  it("extracts the metrics in the output, for each set of dimensions", async () => {
    await call({ do: "measure", line: metric({ Orders: [1, 3], Stage: "dev" }, [[], ["Stage"]]) });

    await eventually(async () => {
      expect(await sum("Orders")).to.equal(4);
      expect(await sum("Orders", { Stage: "dev" })).to.equal(4);
      expect(await sum("Orders", { Stage: "prod" })).to.equal(0);
    });
  });

  it("loses no metric if the process is killed once it has written it", async () => {
    for (let count = 0; count < 5; count++) {
      await call({ do: "measure", line: metric({ Payments: 1 }), exits: count % 2 === 0 });
    }

    await eventually(async () => expect(await sum("Payments")).to.equal(5));
  });

  it("reports errors during initialisation", async () => {
    await create("broken", 'throw new RangeError("no such setting");');
    await create("nameless", "export const other = 1;");
    await create("callback", "export const handler = (event, context, callback) => callback(null, event);");

    const [broken, nameless, callback] = await Promise.all([
      call({}, "broken"),
      call({}, "nameless"),
      call({}, "callback"),
    ]);

    expect(JSON.stringify(broken.payload)).to.contain("RangeError").and.to.contain("no such setting");
    expect(JSON.stringify(nameless.payload)).to.contain("Runtime.HandlerNotFound").and.to.contain("function handler");
    expect(JSON.stringify(callback.payload)).to.contain("Runtime.CallbackHandlerDeprecated");
  });

  /** A line in the Embedded Metric Format. Its first field is the metric. */
  function metric(fields: Record<string, unknown>, Dimensions: string[][] = [[]]): object {
    const [Name] = Object.keys(fields);
    const CloudWatchMetrics = [{ Namespace: "Shop", Dimensions, Metrics: [{ Name, Unit: "Count" }] }];
    return { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...fields };
  }

  async function sum(MetricName: string, dimensions: Record<string, string> = {}): Promise<number> {
    const { Datapoints = [] } = await new CloudWatch(client()).getMetricStatistics({
      Namespace: "Shop",
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 86_400,
      Statistics: ["Sum"],
    });
    return sumBy(Datapoints, ({ Sum = 0 }) => Sum);
  }

  async function create(FunctionName: string, text: string) {
    await lambda.createFunction({
      FunctionName,
      Runtime: "provided.al2023",
      Handler: "index.handler",
      Role: "arn:aws:iam::000000000000:role/any",
      MemorySize: 256,
      Timeout: 5,
      TracingConfig: { Mode: "Active" },
      Code: { ZipFile: await deploymentPackage({ assets: { "index.mjs": { text } } }) },
    });
  }

  async function call(event: object, FunctionName = "actions") {
    const { FunctionError, Payload } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(event) });
    return { functionError: FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString()) };
  }

  function client() {
    return emulatorClient({ region: "us-east-1" }, emulator.endpoint);
  }
});
