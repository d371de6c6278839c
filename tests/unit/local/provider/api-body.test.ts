import { expect } from "chai";
import { parseApiBody } from "../../../../local/provider/api-body.ts";

const proxy = { type: "aws_proxy", httpMethod: "POST", uri: "arn:aws:apigateway:us-east-1:lambda:path/x/invocations" };

/** A document with one route, `POST /orders`, and overrides. */
function document(operation: object = {}, rest: object = {}): string {
  const post = { responses: {}, "x-amazon-apigateway-integration": proxy, ...operation };
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "t", version: "1" },
    paths: { "/orders": { post } },
    ...rest,
  });
}

describe("The local provider's parsing of an API's OpenAPI body", () => {
  it("turns every operation into a method with its integration", () => {
    const [method] = parseApiBody(document({ operationId: "placeOrder" })).methods;

    expect(method).to.include({
      path: "/orders",
      httpMethod: "POST",
      operationName: "placeOrder",
      apiKeyRequired: false,
    });
    expect(method?.integration).to.include({ type: "AWS_PROXY", httpMethod: "POST", uri: proxy.uri });
  });

  it("turns the operation for all other methods into the method ANY", () => {
    const paths = { "/orders": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": proxy } } };

    const { methods } = parseApiBody(document({}, { paths }));

    expect(methods.map(({ httpMethod }) => httpMethod)).to.deep.equal(["ANY"]);
  });

  it("requires the key if the operation, or the whole document, has the API key's security scheme", () => {
    const components = { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-api-key" } } };
    const everywhere = { components, security: [{ key: [] }] };
    const isRequired = (body: string) => parseApiBody(body).methods[0]?.apiKeyRequired;

    expect(isRequired(document({ security: [{ key: [] }] }, { components }))).to.equal(true);
    expect(isRequired(document({}, everywhere))).to.equal(true);
    expect(isRequired(document({ security: [] }, everywhere))).to.equal(false);
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

    const { methods, validators } = parseApiBody(document(operation, rest));

    expect(methods[0]?.requestParameters).to.deep.equal({
      "method.request.path.orderId": true,
      "method.request.querystring.limit": false,
    });
    expect(methods[0]?.requestModels).to.deep.equal({ "application/json": "Order" });
    expect(methods[0]?.validator).to.equal("body");
    expect(validators).to.deep.equal([{ name: "body", ...validator }]);
  });

  it("references models by URL, as API Gateway does", () => {
    const schemas = {
      Order: { properties: { item: { $ref: "#/components/schemas/Item" } } },
      Item: { type: "object" },
    };

    const [order] = parseApiBody(document({}, { components: { schemas } })).models;

    expect(order?.schema("abc")).to.contain('"$ref":"https://apigateway.amazonaws.com/restapis/abc/models/Item"');
  });

  it("reads a mock's responses, where the pattern `default` means none", () => {
    const response = { statusCode: "200", responseTemplates: { "application/json": "{}" } };
    const integration = { type: "mock", responses: { default: response, "4\\d{2}": { statusCode: "400" } } };
    const responses = { 200: { headers: { "X-A": {} } }, 400: {} };

    const [method] = parseApiBody(document({ responses, "x-amazon-apigateway-integration": integration })).methods;

    expect(method?.integration.responses).to.deep.equal([response, { statusCode: "400", selectionPattern: "4\\d{2}" }]);
    expect(method?.responses).to.deep.equal({ 200: ["X-A"], 400: [] });
  });

  it("reads the gateway responses", () => {
    const THROTTLED = { statusCode: "429", responseParameters: { "gatewayresponse.header.Retry-After": "'1'" } };

    const { gatewayResponses } = parseApiBody(document({}, { "x-amazon-apigateway-gateway-responses": { THROTTLED } }));

    expect(gatewayResponses).to.deep.equal([{ responseType: "THROTTLED", ...THROTTLED }]);
  });

  describe("rejects, by name,", () => {
    const cases: [string, string, RegExp][] = [
      [
        "an unsupported extension of the document",
        document({}, { "x-amazon-apigateway-policy": {} }),
        /x-amazon-apigateway-policy/,
      ],
      [
        "an unsupported extension of an operation",
        document({ "x-amazon-apigateway-auth": {} }),
        /x-amazon-apigateway-auth.*POST \/orders/,
      ],
      [
        "an unsupported part of an integration",
        document({ "x-amazon-apigateway-integration": { ...proxy, cacheKeys: [] } }),
        /cacheKeys/,
      ],
      [
        "an unsupported type of integration",
        document({ "x-amazon-apigateway-integration": { ...proxy, type: "http" } }),
        /type http/,
      ],
      [
        "an operation without an integration",
        document({ "x-amazon-apigateway-integration": undefined }),
        /POST \/orders/,
      ],
      ["an unsupported part of a path", document({}, { paths: { "/a": { trace: {} } } }), /"trace" in the path \/a/],
      [
        "a security scheme other than the API key",
        document({}, { components: { securitySchemes: { jwt: { type: "http" } } } }),
        /security scheme jwt/,
      ],
    ];
    for (const [what, body, message] of cases) {
      it(what, () => {
        expect(() => parseApiBody(body)).to.throw(message);
      });
    }
  });
});
