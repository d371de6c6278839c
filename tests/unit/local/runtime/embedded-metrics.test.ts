import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { captureMetrics } from "../../../../local/runtime/embedded-metrics.mjs";
import { eventually } from "../../../support/eventually.ts";

/** A PutMetricData request. */
interface PutRequest {
  headers: IncomingHttpHeaders;
  body: { Namespace: string; MetricData: Record<string, unknown>[] };
}

const metric = (fields: object, dimensions: string[][] = [[]]) => {
  const Metrics = [{ Name: "Orders", Unit: "Count" }];
  const CloudWatchMetrics = [{ Namespace: "Shop", Dimensions: dimensions, Metrics }];
  return `${JSON.stringify({ _aws: { Timestamp: 1_795_267_944_188, CloudWatchMetrics }, ...fields })}\n`;
};

describe("Metrics in a function's output", () => {
  const puts: PutRequest[] = [];
  const written: string[] = [];
  let emulator: Server;
  let output: { write: (chunk: string) => boolean };
  let put: () => Promise<void>;

  before((done) => {
    emulator = createServer(async (request, response) => {
      puts.push({ headers: request.headers, body: (await json(request)) as PutRequest["body"] });
      response.end();
    }).listen(0, "127.0.0.1", done);
  });
  after(() => emulator.close());

  beforeEach(() => {
    const { port } = emulator.address() as AddressInfo;
    Object.assign(process.env, { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: "us-east-1" });
    puts.length = 0;
    written.length = 0;
    output = { write: (chunk) => written.push(chunk) > 0 };
    put = captureMetrics(output);
  });
  afterEach(() => {
    delete process.env.AWS_ENDPOINT_URL;
  });

  const data = () => puts.flatMap(({ body }) => body.MetricData);

  it("are sent once for each set of dimensions, as the account and not as the function's role", async () => {
    output.write(metric({ Orders: 2, Stage: "dev", orderId: "a" }, [[], ["Stage"]]));
    put();

    await eventually(() => expect(data()).to.have.length(2));
    const common = { MetricName: "Orders", Unit: "Count", Values: [2], Timestamp: 1_795_267_944.188 };
    expect(data()[0]).to.deep.include({ ...common, Dimensions: [] });
    expect(data()[1]).to.deep.include({ ...common, Dimensions: [{ Name: "Stage", Value: "dev" }] });
    expect(puts[0]?.body.Namespace).to.equal("Shop");
    expect(puts[0]?.headers.authorization).to.match(/Credential=test\/\d+\/us-east-1\/monitoring\//);
  });

  it("are sent after the invocation, and leave the output unchanged", async () => {
    output.write(metric({ Orders: [1, 3] }));
    output.write('{"level":"INFO"}\n');
    expect(puts).to.deep.equal([]);

    put();

    await eventually(() => expect(data().map(({ Values }) => Values)).to.deep.equal([[1, 3]]));
    expect(written).to.deep.equal([metric({ Orders: [1, 3] }), '{"level":"INFO"}\n']);
  });

  it("of many invocations are sent in one batch, and none is lost", async () => {
    for (let invocation = 0; invocation < 50; invocation++) {
      output.write(metric({ Orders: 1 }));
      put();
    }

    await eventually(() => expect(data()).to.have.length(50));
    expect(puts).to.have.length(1);
  });

  it("cause no request if there are none", async () => {
    output.write("text\n");
    put();
    output.write(metric({ Orders: 1 }));
    put();

    await eventually(() => expect(puts).to.have.length(1));
  });
});
