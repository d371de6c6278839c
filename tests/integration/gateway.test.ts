import { expect } from "chai";
import { describe, it } from "mocha";
import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import { ApiClient, expectProblem } from "../support/api-client.ts";
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
        const allowed = [...Object.keys(operations).map((method) => method.toUpperCase()), "OPTIONS"];
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

  it("handles preflight requests, and exposes response headers to pages", async () => {
    const preflight = await fetch(`${stack().outputs.storefrontUrl}/orders`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key,x-api-key",
      },
    });
    const response = await stack().storefront.get("/products");

    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
    expect(preflight.headers.get("access-control-allow-methods")).to.include("POST");
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).to.include("idempotency-key");
    expect(response.headers.get("access-control-expose-headers")).to.equal(
      "ETag, Location, Retry-After, Idempotent-Replayed",
    );
  });
});
