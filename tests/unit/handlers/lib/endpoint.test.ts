import { expect } from "chai";
import fc from "fast-check";
import { placeOrder } from "../../../../domain/contract/place-order.ts";
import { pageQuery } from "../../../../domain/contract/schemas.ts";
import { Problem } from "../../../../domain/problem.ts";
import { endpoint } from "../../../../handlers/lib/endpoint.ts";
import type { ApiEvent, ApiRequest } from "../../../../handlers/lib/request.ts";
import { useCapturedLogs } from "../../../support/logs.ts";

const ORDER = { customerEmail: "jo@example.com", items: [{ productId: "PROD-001", quantity: 1 }] };

/** Calls an endpoint that does what it is told. */
function call(work: (request: ApiRequest) => Promise<object>, event: ApiEvent | null = {}) {
  const handler = endpoint("GET /test", async (request) => ({
    status: 200,
    body: await work(request),
    outcome: "done",
  }));
  return handler(event);
}

/** Sends a body, and returns the status and what arrived of it, or the problem. */
async function send(event: ApiEvent) {
  const { statusCode, body } = await call(async (request) => request.body(placeOrder("USD")), event);
  return { status: statusCode, body: JSON.parse(body) };
}

describe("An endpoint", () => {
  useCapturedLogs();

  it("answers JSON that pages from any origin may read", async () => {
    const answer = await call(async () => ({ fine: true }));

    expect(answer.statusCode).to.equal(200);
    expect(JSON.parse(answer.body)).to.deep.equal({ fine: true });
    expect(answer.headers).to.include({
      "Content-Type": "application/json",
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "ETag, Location, Retry-After, Idempotent-Replayed",
    });
  });

  it("answers a problem as problem+json, with the same headers for browsers", async () => {
    const answer = await call(() => Promise.reject(new Problem("conflict", "Come back.", { retryAfter: 2 })));

    expect(answer.statusCode).to.equal(409);
    expect(answer.headers).to.include({
      "Content-Type": "application/problem+json",
      "Retry-After": "2",
      "Access-Control-Allow-Origin": "*",
    });
    expect(JSON.parse(answer.body)).to.deep.equal({
      type: "urn:orders:problem:conflict",
      title: "Conflict with another request",
      status: 409,
      detail: "Come back.",
    });
  });

  it("lets nothing out of an error that it doesn't know", async () => {
    const answer = await call(() => Promise.reject(new TypeError("secret: table orders-prod is broken")));

    expect(answer.statusCode).to.equal(500);
    expect(answer.body).not.to.match(/secret|TypeError|at /);
    expect(JSON.parse(answer.body)).to.include({ type: "urn:orders:problem:internal-error", status: 500 });
  });

  const passing = [
    { name: "ThrottlingException" },
    { name: "ProvisionedThroughputExceededException" },
    { name: "TransactionInProgressException" },
    { name: "TimeoutError" },
    { code: "ECONNREFUSED" },
    { $metadata: { httpStatusCode: 503 } },
  ];
  for (const error of passing) {
    it(`asks to come back when a service answers ${JSON.stringify(error)}`, async () => {
      const answer = await call(() => Promise.reject(Object.assign(new Error("busy"), error)));

      expect(answer.statusCode).to.equal(503);
      expect(answer.headers).to.include({ "Retry-After": "1" });
    });
  }

  it("answers whatever it is called with", async () => {
    const events = fc.oneof(
      fc.constant(null),
      fc.jsonValue().map((body) => ({ body })),
      fc.record(
        {
          body: fc.oneof(fc.json(), fc.string(), fc.constant(null)),
          isBase64Encoded: fc.boolean(),
          headers: fc.option(fc.dictionary(fc.string(), fc.string())),
          queryStringParameters: fc.option(fc.dictionary(fc.string(), fc.string())),
          stageVariables: fc.option(fc.dictionary(fc.constant("audience"), fc.string())),
        },
        { requiredKeys: [] },
      ),
    );

    await fc.assert(
      fc.asyncProperty(events, async (event) => {
        const answer = await call(async (request) => request.body(placeOrder("USD")), event as ApiEvent);
        expect(answer.statusCode).to.be.oneOf([200, 400]);
      }),
    );
  });
});

describe("A request's body", () => {
  useCapturedLogs();

  it("may come as text, in base64, or from a direct caller as an object", async () => {
    const text = JSON.stringify(ORDER);
    const events: ApiEvent[] = [
      { body: text },
      { body: Buffer.from(text).toString("base64"), isBase64Encoded: true },
      { body: ORDER },
    ];

    for (const event of events) expect(await send(event)).to.deep.equal({ status: 200, body: ORDER });
  });

  it("must be JSON by its type, too, where it has one", async () => {
    const sentAs = (type: string) => send({ body: JSON.stringify(ORDER), headers: { "content-type": type } });

    for (const type of ["application/json", "Application/JSON ; charset=utf-8"]) {
      expect(await sentAs(type), type).to.have.property("status", 200);
    }
    for (const type of ["text/plain", "application/jsonx", "application/merge-patch+json", "json", "", ";"]) {
      expect(await sentAs(type), type).to.have.property("status", 415);
    }
  });

  it("is refused when it is no JSON object", async () => {
    for (const body of [undefined, null, "", "{", "null", "[]", "5", '"text"', "NaN", []]) {
      const answer = await send({ body });
      expect(answer, String(body)).to.have.nested.property("body.type", "urn:orders:problem:bad-request");
    }
  });

  it("is refused when it is not UTF-8", async () => {
    const body = Buffer.concat([Buffer.from('{"customerName":"'), Buffer.from([0xff]), Buffer.from('"}')]);

    const answer = await send({ body: body.toString("base64"), isBase64Encoded: true });

    expect(answer).to.have.nested.property("body.detail", "The body is not valid UTF-8.");
  });

  it("has at most 64 KiB, counted in bytes", async () => {
    const padded = (bytes: number) => JSON.stringify(ORDER).padEnd(bytes, " ");

    expect(await send({ body: padded(65_536) })).to.have.property("status", 200);
    expect(await send({ body: padded(65_537) })).to.have.property("status", 413);
    expect(await send({ body: JSON.stringify({ note: "é".repeat(33_000) }) })).to.have.property("status", 413);
  });

  it("may be nested as deep as its size allows without doing harm", async () => {
    const deep = `{"note":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;

    const answer = await send({ body: deep });

    expect(answer.status).to.equal(400);
    expect(answer.body.errors).to.deep.include({
      pointer: "/note",
      detail: "This field is unknown. Remove it.",
    });
  });

  it("gets an answer of bounded length, however many rules it breaks", async () => {
    const answer = await send({ body: `{"items":[${"0,".repeat(30_000)}0]}` });

    expect(answer.body.errors).to.have.length(500);
    expect(answer.body.detail).to.match(/breaks 3000\d rules .* has the first 500/);
  });
});

describe("A request", () => {
  useCapturedLogs();

  const asked = async (event: ApiEvent, read: (request: ApiRequest) => unknown) =>
    JSON.parse((await call(async (request) => ({ value: read(request) }), event)).body);
  const viaGateway = { requestContext: { requestId: "from-the-gateway" } as never };

  it("belongs to the audience that its stage names, and to the storefront when it names none", async () => {
    const audience = (event: ApiEvent) => asked(event, (request) => request.audience);

    expect(await audience({ ...viaGateway, stageVariables: { audience: "backoffice" } })).to.include({
      value: "backoffice",
    });
    expect(await audience({ ...viaGateway, stageVariables: { audience: "storefront" } })).to.include({
      value: "storefront",
    });
    expect(await audience({ ...viaGateway, stageVariables: null })).to.include({ value: "storefront" });
    expect(await audience({}), "invoked directly").to.include({ value: "backoffice" });
  });

  it("finds a header whatever case its name is in", async () => {
    const event = { headers: { "IDEMPOTENCY-key": "k" } };

    expect(await asked(event, (request) => request.header("Idempotency-Key"))).to.include({ value: "k" });
  });

  it("is known by the caller's correlation id, unless that is none that could go into a log", async () => {
    const correlation = (id: string) =>
      asked({ ...viaGateway, headers: { "X-Correlation-Id": id } }, (request) => request.correlationId);

    expect(await correlation("cart-17")).to.include({ value: "cart-17" });
    for (const id of ["", "a b", "a\nb", "x".repeat(129)]) {
      expect(await correlation(id), id).to.include({ value: "from-the-gateway" });
    }
  });

  it("takes nothing but texts for ids and headers, whatever a direct caller sends", async () => {
    const odd = { toString: 5 } as never;
    const event = { headers: { "X-Correlation-Id": odd, k: odd }, pathParameters: { orderId: odd } };

    const value = await asked({ ...event, requestContext: { requestId: odd } as never }, (request) => [
      request.header("k"),
      request.pathParameter("orderId"),
      typeof request.correlationId,
    ]);

    expect(value).to.deep.equal({ value: [null, "", "string"] });
  });

  it("names every query parameter that is given twice", async () => {
    const event = {
      queryStringParameters: { limit: "2", cursor: "c" },
      multiValueQueryStringParameters: { limit: ["1", "2"], cursor: ["c"] },
    };

    const problem = await asked(event, (request) => request.query(pageQuery));

    expect(problem.errors).to.deep.equal([{ pointer: "/limit", detail: "This parameter is given more than once." }]);
  });
});
