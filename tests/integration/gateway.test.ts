import { expect } from "chai";
import { describe, it } from "mocha";
import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import { ApiClient } from "../support/api-client.ts";
import { expectProblem } from "../support/expect-problem.ts";
import { useSharedStack } from "../support/stack.ts";

/** Those that fetch sends. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

describe("The gateway", () => {
  const stack = useSharedStack();
  it("answers /health to anybody", async () => {
    const { outputs } = stack();

    const answers = [await fetch(`${outputs.apiUrl}/health`), await fetch(`${outputs.storefrontUrl}/health`)];

    for (const answer of answers) {
      expect(answer.status).to.equal(200);
      expect(await answer.json()).to.deep.equal({ status: "ok" });
    }
  });

  it("answers 404 for a route that doesn't exist", async () => {
    expectProblem(await stack().storefront.get("/nowhere"), 404);
  });

  for (const audience of ["storefront", "backoffice"] as Audience[]) {
    it(`answers 405 for every method that a path of the ${audience} doesn't have, and says which it has`, async () => {
      const { url } = stack()[audience === "storefront" ? "storefront" : "backOffice"];
      const refusals = Object.entries(openApiDocument(audience).paths).flatMap(([path, operations]) => {
        const allowed = [...Object.keys(operations).map((method) => method.toUpperCase()), "OPTIONS"];
        return METHODS.filter((method) => !allowed.includes(method)).map((method) => ({ path, method, allowed }));
      });

      for (const { path, method, allowed } of refusals) {
        // Nobody needs a key to be told so.
        const answer = await new ApiClient(url, "").request(method, path.replaceAll(/[{}]/g, ""));

        if (method === "HEAD") expect([answer.status, answer.body]).to.deep.equal([405, ""]);
        else expectProblem(answer, 405, `${method} ${path}`);
        expect(answer.headers.get("allow")).to.equal(allowed.join(", "));
      }
    });
  }

  it("answers a browser's preflight, and lets pages read the headers", async () => {
    const preflight = await fetch(`${stack().outputs.storefrontUrl}/orders`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key,x-api-key",
      },
    });
    const answer = await stack().storefront.get("/products");

    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get("access-control-allow-origin")).to.equal("*");
    expect(preflight.headers.get("access-control-allow-methods")).to.include("POST");
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).to.include("idempotency-key");
    expect(answer.headers.get("access-control-expose-headers")).to.equal("Location, Retry-After, Idempotent-Replayed");
  });
});
