import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { describe, it } from "mocha";
import { useLocalStack } from "../support/stack.ts";
import { requestDistribution } from "./distribution.ts";

describe("The website on CloudFront", () => {
  const stack = useLocalStack({ siteDelivery: "cloudfront" });
  const request = (path: string, protocol: "http" | "https" = "https") =>
    requestDistribution(new URL(stack().outputs.websiteUrl ?? "").host, path, protocol);

  it("serves the API's URL and key to its pages", async () => {
    const { status, headers, body } = await request("/config.json");

    expect(status).to.equal(200);
    expect(headers).to.include({ "content-type": "application/json", "cache-control": "no-cache" });
    const { storefrontUrl, storefrontKey } = stack().outputs;
    expect(JSON.parse(body)).to.deep.equal({
      ...{ apiUrl: storefrontUrl, apiKey: storefrontKey },
      paymentGateway: "simulated",
    });
  });

  it("sends security headers with every response", async () => {
    const api = new URL(stack().outputs.storefrontUrl ?? "").origin;

    const responses = await Promise.all([request("/not-found.html"), request("/openapi.json"), request("/missing")]);

    for (const { headers } of responses) {
      expect(headers).to.include({
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
      });
      expect(headers["content-security-policy"])
        .to.include(`connect-src 'self' ${api}`)
        .and.to.include("frame-ancestors 'none'")
        .and.to.not.include("unsafe");
    }
  });

  it("has a page for missing files", async () => {
    const { status, headers, body } = await request("/missing");

    expect(status).to.equal(404);
    expect(headers["content-type"]).to.equal("text/html; charset=utf-8");
    expect(body).to.include("Page not found");
  });

  it("redirects to HTTPS", async () => {
    const { status, headers } = await request("/order.html", "http");

    expect(status).to.equal(301);
    expect(headers.location).to.equal(`${stack().outputs.websiteUrl}order.html`);
  });

  it("is not accessible through S3", async () => {
    const { endpoint } = stack().awsClient;
    const s3 = new S3Client({ ...stack().awsClient, forcePathStyle: true });
    const { Buckets = [] } = await s3.send(new ListBucketsCommand());

    const responses = await Promise.all(Buckets.map(({ Name }) => fetch(`${endpoint}/${Name}/config.json`)));

    expect(responses.map(({ status }) => status)).to.deep.equal([403, 403]);
  });
});
