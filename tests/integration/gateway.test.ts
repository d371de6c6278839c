import { expect } from "chai";
import { describe, it } from "mocha";
import { v7 as uuidv7 } from "uuid";
import type { Audience } from "../../domain/audience.ts";
import { ALLOWED_HEADERS, CORS_HEADERS } from "../../domain/contract/cors.ts";
import { type OpenApiDocument, openApiDocument } from "../../domain/contract/openapi.ts";
import type { OpenApiOperation } from "../../domain/contract/openapi-operations.ts";
import { ApiClient, expectProblem } from "../support/api-client.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { useSharedStack } from "../support/stack.ts";

/** The methods that fetch supports. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

describe("The gateway", () => {
  const stack = useSharedStack();
  it("serves /health without a key", async () => {
    const { outputs } = stack();

    const responses = [await fetch(`${outputs.apiUrl}/health`), await fetch(`${outputs.storefrontUrl}/health`)];

    for (const response of responses) {
      expect(response.status).to.equal(200);
      expect(await response.json()).to.deep.equal({ status: "ok" });
    }
  });

  it("returns 404 for an unknown route", async () => {
    expectProblem(await stack().storefront.get("/nowhere"), 404);
  });

  for (const audience of ["storefront", "backoffice"] as Audience[]) {
    it(`returns 405 with Allow for every unsupported method of the ${audience}'s paths`, async () => {
      const { url } = stack()[audience === "storefront" ? "storefront" : "backOffice"];
      const refusals = Object.entries(openApiDocument(audience).paths).flatMap(([path, operations]) => {
        const allowed = [...methodsOf(operations), "OPTIONS"];
        return METHODS.filter((method) => !allowed.includes(method)).map((method) => ({ path, method, allowed }));
      });

      for (const { path, method, allowed } of refusals) {
        // Needs no key.
        const response = await new ApiClient(url, "").request(method, path.replaceAll(/[{}]/g, ""));

        if (method === "HEAD") expect([response.status, response.body]).to.deep.equal([405, ""]);
        else expectProblem(response, 405, `${method} ${path}`);
        expect(response.headers.get("allow")).to.equal(allowed.join(", "));
      }
    });
  }

  it("answers HEAD like GET, without a body", async () => {
    const { backOffice, storefront } = stack();
    await stockCatalogue(backOffice);
    const orderId = await placeOrder(storefront);
    const shared = ["/health", "/products?limit=1", `/orders/${orderId}`, `/orders/${uuidv7()}`, "/products?limit=x"];
    const requests: [ApiClient, string][] = [
      ...shared.flatMap((path): [ApiClient, string][] => [
        [storefront, path],
        [backOffice, path],
      ]),
      [backOffice, "/orders?limit=1"],
      [new ApiClient(backOffice.url, ""), "/orders"],
    ];

    for (const [client, path] of requests) {
      const [head, get] = [await client.request("HEAD", path), await client.get(path)];

      expect([head.status, head.body], path).to.deep.equal([get.status, ""]);
      for (const name of ["content-type", "cache-control", "access-control-allow-origin"])
        expect(head.headers.get(name), `${name} of ${path}`).to.equal(get.headers.get(name));
    }
  });

  for (const audience of ["storefront", "backoffice"] as Audience[]) {
    it(`lets pages of any origin send and read every header of the ${audience}'s contract`, async () => {
      const client = stack()[audience === "storefront" ? "storefront" : "backOffice"];
      const document = openApiDocument(audience);
      const documented = documentedHeaders(document);

      for (const [path, operations] of Object.entries(document.paths)) {
        const { status, headers } = await new ApiClient(client.url, "").request(
          "OPTIONS",
          path.replaceAll(/[{}]/g, ""),
          undefined,
          {
            Origin: "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": documented.requests.join(),
          },
        );
        expect(status).to.equal(204);
        expect(headers.get("access-control-allow-origin")).to.equal("*");
        expect(namesIn(headers.get("access-control-allow-headers")), path).to.include.members(documented.requests);
        expect(namesIn(headers.get("access-control-allow-methods"))).to.include.members(
          methodsOf(operations).map((name) => name.toLowerCase()),
        );
      }
      const responses = [
        await client.get("/products"), // of a function
        await client.get("/health"), // of the gateway
        await client.get("/nowhere"), // its errors
        await client.request("DELETE", "/products"),
      ];
      for (const { headers } of responses)
        expect(namesIn(headers.get("access-control-expose-headers"))).to.include.members(documented.responses);
    });
  }

  it("names no other headers to pages than those of the two contracts", () => {
    const documented = (["storefront", "backoffice"] as const).map((audience) =>
      documentedHeaders(openApiDocument(audience)),
    );
    const all = (kind: "requests" | "responses") => [...new Set(documented.flatMap((headers) => headers[kind]))];

    expect(namesIn(ALLOWED_HEADERS)).to.have.members(all("requests"));
    expect(namesIn(CORS_HEADERS["Access-Control-Expose-Headers"])).to.have.members(all("responses"));
  });
});

/** The methods of a path, with HEAD, which is there wherever GET is. */
function methodsOf(operations: Record<string, OpenApiOperation>): string[] {
  const methods = Object.keys(operations).map((method) => method.toUpperCase());
  return methods.includes("GET") ? [...methods, "HEAD"] : methods;
}

/** The names of a header's value, in lower case. */
function namesIn(value: string | null): string[] {
  return (value ?? "").toLowerCase().split(/, ?/);
}

/** The names of all headers in a contract, in lower case. */
function documentedHeaders({ paths, components }: OpenApiDocument): { requests: string[]; responses: string[] } {
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const inHeader = (each: object[] = []) =>
    (each as { in: string; name: string }[]).filter(({ in: place }) => place === "header").map(({ name }) => name);
  const requests = [
    ...operations.flatMap(({ parameters, requestBody }) => [
      ...inHeader(parameters),
      ...(requestBody ? ["Content-Type"] : []),
    ]),
    ...inHeader(Object.values(components.securitySchemes)),
  ];
  const responses = operations
    .flatMap((operation) => Object.values(operation.responses))
    .flatMap((response) => Object.keys((response as { headers?: object }).headers ?? {}));
  return { requests: lowerCase(requests), responses: lowerCase(responses) };
}

function lowerCase(names: string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}
