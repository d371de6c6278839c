import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { BundledFunction } from "../../components/bundled-function.ts";
import { OrderApi, type OrderApiArgs } from "../../components/order-api.ts";
import { register } from "../support/mocks.ts";

const INTEGRATION = "x-amazon-apigateway-integration";

/** The status of each error of the gateway; of authorizers, which the APIs don't have, none. */
const STATUSES = {
  ACCESS_DENIED: "403",
  API_CONFIGURATION_ERROR: "500",
  BAD_REQUEST_BODY: "400",
  BAD_REQUEST_PARAMETERS: "400",
  EXPIRED_TOKEN: "403",
  INTEGRATION_FAILURE: "503",
  INTEGRATION_TIMEOUT: "503",
  INVALID_API_KEY: "403",
  INVALID_SIGNATURE: "403",
  MISSING_AUTHENTICATION_TOKEN: "404",
  QUOTA_EXCEEDED: "429",
  REQUEST_TOO_LARGE: "413",
  RESOURCE_NOT_FOUND: "404",
  THROTTLED: "429",
  UNSUPPORTED_MEDIA_TYPE: "415",
  WAF_FILTERED: "403",
};

interface Method {
  security?: unknown[];
  [INTEGRATION]: { type: string; passthroughBehavior: string };
}

function storefront(changes: Partial<OrderApiArgs> = {}, options?: pulumi.ComponentResourceOptions): OrderApi {
  const entry = join(import.meta.dirname, "..", "..", "handlers", "get-order.ts");
  const fn = new BundledFunction("handler", { entry, logRetentionDays: 7 });
  const handlers = { placeOrder: fn, getOrder: fn, cancelOrder: fn, payOrder: fn, listProducts: fn, getProduct: fn };
  const limits = { throttleRate: 500, throttleBurst: 1_000, logRetentionDays: 7 };
  return new OrderApi("storefront", { audience: "storefront", handlers, ...limits, ...changes }, options);
}

describe("OrderApi", () => {
  it("has the routes of its audience, which need a key unless the gateway itself responds", async () => {
    const resources = await register(() => storefront());

    const body = JSON.parse(resources.find(({ name }) => name === "storefront-api")?.inputs.body as string);
    const routes = Object.entries<Record<string, Method>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([
          method,
          {
            security,
            [INTEGRATION]: { type },
          },
        ]) => `${method} ${path}: ${type}${security ? " with key" : ""}`,
      ),
    );
    expect(routes).to.have.members([
      "post /orders: aws_proxy with key",
      "post /orders/{orderId}/cancel: aws_proxy with key",
      "post /orders/{orderId}/payment: aws_proxy with key",
      ...["get", "head"].flatMap((method) => [
        `${method} /orders/{orderId}: aws_proxy with key`,
        `${method} /products: aws_proxy with key`,
        `${method} /products/{productId}: aws_proxy with key`,
        `${method} /health: mock`,
      ]),
      ...Object.keys(body.paths).flatMap((path) => [
        `options ${path}: mock`,
        `x-amazon-apigateway-any-method ${path}: mock`,
      ]),
    ]);
  });

  it("has a route for Stripe without a key, if there is a function that answers", async () => {
    const entry = join(import.meta.dirname, "..", "..", "handlers", "receive-webhook.ts");
    const resources = await register(() =>
      storefront({ webhooks: new BundledFunction("receive", { entry, logRetentionDays: 7 }) }),
    );

    const body = JSON.parse(resources.find(({ name }) => name === "storefront-api")?.inputs.body as string);
    const { post } = body.paths["/webhooks/stripe"];
    expect(post).to.not.have.property("security");
    expect(post[INTEGRATION].type).to.equal("aws_proxy");
    expect(resources.map(({ name }) => name)).to.include("storefront-invokes-receiveWebhook");
  });

  it("rejects bodies that a mock integration would answer with 500", async () => {
    const resources = await register(() => storefront());

    const body = JSON.parse(resources.find(({ name }) => name === "storefront-api")?.inputs.body as string);
    const methods = Object.values<Record<string, Method>>(body.paths).flatMap((methods) => Object.values(methods));
    const mocks = methods.map(({ [INTEGRATION]: integration }) => integration).filter(({ type }) => type === "mock");
    expect(mocks).to.have.lengthOf(16);
    for (const { passthroughBehavior } of mocks) expect(passthroughBehavior).to.equal("never");
    expect(body["x-amazon-apigateway-gateway-responses"].UNSUPPORTED_MEDIA_TYPE.statusCode).to.equal("415");
  });

  it("returns the gateway's errors as problems", async () => {
    const resources = await register(() => storefront());

    const body = JSON.parse(resources.find(({ name }) => name === "storefront-api")?.inputs.body as string);
    const responses = body["x-amazon-apigateway-gateway-responses"];
    expect(responses.API_CONFIGURATION_ERROR).to.deep.equal({
      statusCode: "500",
      responseParameters: {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
        "gatewayresponse.header.Access-Control-Expose-Headers": "'ETag, Location, Retry-After, Idempotent-Replayed'",
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
      },
      responseTemplates: {
        "application/json":
          '{"type":"urn:orders:problem:internal-error","title":"Internal error","status":500,"detail":$context.error.messageString}',
      },
    });
    expect(responses.THROTTLED.responseParameters["gatewayresponse.header.Retry-After"]).to.equal("'1'");
    expect(responses.REQUEST_TOO_LARGE.statusCode).to.equal("413");
    expect(responses.WAF_FILTERED).to.deep.include({
      statusCode: "403",
      responseTemplates: {
        "application/json":
          '{"type":"urn:orders:problem:blocked","title":"Blocked by the firewall","status":403,"detail":"The request looks like an attack, or your IP address sent too many requests."}',
      },
    });
  });

  it("keeps the status of every error of the gateway, even of those that only the defaults are for", async () => {
    const resources = await register(() => storefront());

    const body = JSON.parse(resources.find(({ name }) => name === "storefront-api")?.inputs.body as string);
    const { DEFAULT_4XX, DEFAULT_5XX, ...responses } = body["x-amazon-apigateway-gateway-responses"];
    // A default's status would be that of every type without its own. Source: API Gateway's guide, "Gateway response types".
    for (const { statusCode, responseTemplates } of [DEFAULT_4XX, DEFAULT_5XX]) {
      expect(statusCode).to.equal(undefined);
      expect(responseTemplates["application/json"]).to.not.include("status");
    }
    expect(Object.keys(responses)).to.have.members(Object.keys(STATUSES));
    for (const [type, status] of Object.entries(STATUSES)) {
      expect(responses[type].statusCode, type).to.equal(status);
      expect(responses[type].responseTemplates["application/json"], type).to.include(`"status":${status},`);
    }
  });

  it("is imported from a valid OpenAPI document: every operation has a response", async () => {
    const resources = await register(() => storefront());

    const body = JSON.parse(resources.find(({ name }) => name === "storefront-api")?.inputs.body as string);
    // Source: OpenAPI Specification 3.0, "Responses Object".
    for (const [path, methods] of Object.entries<Record<string, { responses: object }>>(body.paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        expect(Object.keys(responses), `${method} ${path}`).to.have.lengthOf(1);
      }
    }
  });

  it("creates the log group of its execution logs before the stage, with the retention of the access logs", async () => {
    const created = new Map<string, pulumi.ResourceTransformationArgs>();
    const record: pulumi.ResourceTransformation = (args) => void created.set(args.name, args);
    const resources = await register(() =>
      storefront({ logRetentionDays: 3, tags: { stage: "test" } }, { transformations: [record] }),
    );

    const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
    const settings = { retentionInDays: 3, tags: { stage: "test" } };
    const name = "API-Gateway-Execution-Logs_storefront-api-id/v1";
    expect(inputs("storefront-execution-logs")).to.deep.equal({ name, ...settings });
    expect(inputs("storefront-access-logs")).to.deep.equal({ name: "/orders/test/storefront-access", ...settings });
    expect(created.get("storefront-stage")?.opts.dependsOn).to.include(
      created.get("storefront-execution-logs")?.resource,
    );
  });

  it("throttles its key, and writes access logs and traces", async () => {
    const resources = await register(() => storefront({ throttleRate: 5, throttleBurst: 10, monthlyQuota: 1000 }));

    const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
    expect(inputs("storefront-plan")).to.deep.include({
      throttleSettings: { rateLimit: 5, burstLimit: 10 },
      quotaSettings: { limit: 1000, period: "MONTH" },
    });
    expect(inputs("storefront-stage")).to.deep.include({
      xrayTracingEnabled: true,
      variables: { audience: "storefront" },
    });
    expect(inputs("storefront-stage")?.accessLogSettings).to.include({
      destinationArn: "arn:aws:test:us-east-1:000000000000:storefront-access-logs",
    });
  });

  it("throttles each of its keys, and outputs the last one", async () => {
    let output: string | undefined;
    const resources = await register(() =>
      storefront({ keyNames: ["key", "key-2"] }).key.apply((key) => {
        output = key;
      }),
    );

    const names = (type: string) => resources.filter((resource) => resource.type === type).map(({ name }) => name);
    const planKey = resources.find(({ name }) => name === "storefront-plan-key-2");
    expect(names("aws:apigateway/apiKey:ApiKey")).to.deep.equal(["storefront-key", "storefront-key-2"]);
    expect(names("aws:apigateway/usagePlanKey:UsagePlanKey")).to.deep.equal([
      "storefront-plan-key",
      "storefront-plan-key-2",
    ]);
    expect(planKey?.inputs).to.include({ keyId: "storefront-key-2-id", usagePlanId: "storefront-plan-id" });
    expect(output).to.equal("value of storefront-key-2");
  });

  it("has no quota by default", async () => {
    const resources = await register(() => storefront());

    expect(resources.find(({ name }) => name === "storefront-plan")?.inputs).to.not.have.property("quotaSettings");
  });

  const invalid: [string, Partial<OrderApiArgs>, RegExp][] = [
    ["keyNames", { keyNames: [] }, /"storefront": keyNames must be unique names .* but is \[\]/],
    ["keyNames", { keyNames: ["key", "key"] }, /"storefront": keyNames must be .* but is \["key","key"\]/],
    ["keyNames", { keyNames: ["old key"] }, /"storefront": keyNames must be .* but is \["old key"\]/],
    ["throttleRate", { throttleRate: 0 }, /"storefront": throttleRate must be more than 0 .* but is 0/],
    ["throttleBurst", { throttleBurst: 1.5 }, /"storefront": throttleBurst must be .* but is 1.5/],
    ["monthlyQuota", { monthlyQuota: -1 }, /"storefront": monthlyQuota must be .* but is -1/],
    ["logRetentionDays", { logRetentionDays: 2 }, /"storefront": logRetentionDays must be .* but is 2/],
    [
      "handlers",
      { handlers: {} },
      /"storefront": handlers must be one function for each of placeOrder, .* but is \[\]/,
    ],
  ];
  for (const [argument, args, message] of invalid) {
    it(`rejects an invalid ${argument}`, async () => {
      let thrown: Error | undefined;
      await register(() => {
        try {
          storefront(args);
        } catch (error) {
          thrown = error as Error;
        }
      });

      expect(thrown?.message).to.match(message);
    });
  }
});
