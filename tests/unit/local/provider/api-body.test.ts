import { expect } from "chai";
import { readApiBody } from "../../../../local/provider/api-body.ts";

const proxy = { type: "aws_proxy", httpMethod: "POST", uri: "arn:aws:apigateway:us-east-1:lambda:path/x/invocations" };

/** A document with one route, `POST /orders`, and whatever is put over it. */
function document(operation: object = {}, rest: object = {}): string {
  const post = { responses: {}, "x-amazon-apigateway-integration": proxy, ...operation };
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "t", version: "1" },
    paths: { "/orders": { post } },
    ...rest,
  });
}

describe("The local provider's reading of an API's OpenAPI body", () => {
  it("makes a method with its integration of every operation", () => {
    const [method] = readApiBody(document({ operationId: "placeOrder" })).methods;

    expect(method).to.include({
      path: "/orders",
      httpMethod: "POST",
      operationName: "placeOrder",
      apiKeyRequired: false,
    });
    expect(method?.integration).to.include({ type: "AWS_PROXY", httpMethod: "POST", uri: proxy.uri });
  });

  it("makes the method ANY of the operation for all other methods", () => {
    const paths = { "/orders": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": proxy } } };

    const { methods } = readApiBody(document({}, { paths }));

    expect(methods.map(({ httpMethod }) => httpMethod)).to.deep.equal(["ANY"]);
  });

  it("asks for the key where the operation, or the document for all, has the API key's scheme", () => {
    const components = { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-api-key" } } };
    const everywhere = { components, security: [{ key: [] }] };
    const asks = (body: string) => readApiBody(body).methods[0]?.apiKeyRequired;

    expect(asks(document({ security: [{ key: [] }] }, { components }))).to.equal(true);
    expect(asks(document({}, everywhere))).to.equal(true);
    expect(asks(document({ security: [] }, everywhere))).to.equal(false);
  });

  it("reads parameters, the body's model and the validator", () => {
    const operation = {
      parameters: [
        { name: "orderId", in: "path", required: true },
        { name: "limit", in: "query" },
      ],
      requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } } },
      "x-amazon-apigateway-request-validator": "body",
    };
    const validator = { validateRequestBody: true, validateRequestParameters: false };
    const rest = {
      components: { schemas: { Order: { type: "object" } } },
      "x-amazon-apigateway-request-validators": { body: validator },
    };

    const { methods, validators } = readApiBody(document(operation, rest));

    expect(methods[0]?.requestParameters).to.deep.equal({
      "method.request.path.orderId": true,
      "method.request.querystring.limit": false,
    });
    expect(methods[0]?.requestModels).to.deep.equal({ "application/json": "Order" });
    expect(methods[0]?.validator).to.equal("body");
    expect(validators).to.deep.equal([{ name: "body", ...validator }]);
  });

  it("refers from model to model the way API Gateway does", () => {
    const schemas = {
      Order: { properties: { item: { $ref: "#/components/schemas/Item" } } },
      Item: { type: "object" },
    };

    const [order] = readApiBody(document({}, { components: { schemas } })).models;

    expect(order?.schema("abc")).to.contain('"$ref":"https://apigateway.amazonaws.com/restapis/abc/models/Item"');
  });

  it("reads a mock's answers, the one of the pattern `default` without a pattern", () => {
    const response = { statusCode: "200", responseTemplates: { "application/json": "{}" } };
    const integration = { type: "mock", responses: { default: response, "4\\d{2}": { statusCode: "400" } } };
    const responses = { 200: { headers: { "X-A": {} } }, 400: {} };

    const [method] = readApiBody(document({ responses, "x-amazon-apigateway-integration": integration })).methods;

    expect(method?.integration.responses).to.deep.equal([response, { statusCode: "400", selectionPattern: "4\\d{2}" }]);
    expect(method?.responses).to.deep.equal({ 200: ["X-A"], 400: [] });
  });

  it("reads the gateway's own answers", () => {
    const THROTTLED = { statusCode: "429", responseParameters: { "gatewayresponse.header.Retry-After": "'1'" } };

    const { gatewayResponses } = readApiBody(document({}, { "x-amazon-apigateway-gateway-responses": { THROTTLED } }));

    expect(gatewayResponses).to.deep.equal([{ responseType: "THROTTLED", ...THROTTLED }]);
  });

  describe("refuses, naming it,", () => {
    const cases: [string, string, RegExp][] = [
      [
        "an unknown extension of the document",
        document({}, { "x-amazon-apigateway-policy": {} }),
        /x-amazon-apigateway-policy/,
      ],
      [
        "an unknown extension of an operation",
        document({ "x-amazon-apigateway-auth": {} }),
        /x-amazon-apigateway-auth.*POST \/orders/,
      ],
      [
        "an unknown part of an integration",
        document({ "x-amazon-apigateway-integration": { ...proxy, cacheKeys: [] } }),
        /cacheKeys/,
      ],
      [
        "another kind of integration",
        document({ "x-amazon-apigateway-integration": { ...proxy, type: "http" } }),
        /type http/,
      ],
      [
        "an operation without an integration",
        document({ "x-amazon-apigateway-integration": undefined }),
        /POST \/orders/,
      ],
      ["an unknown part of a path", document({}, { paths: { "/a": { trace: {} } } }), /"trace" in the path \/a/],
      [
        "another security scheme than the API key",
        document({}, { components: { securitySchemes: { jwt: { type: "http" } } } }),
        /security scheme like jwt/,
      ],
    ];
    for (const [what, body, message] of cases) {
      it(what, () => {
        expect(() => readApiBody(body)).to.throw(message);
      });
    }
  });
});
