import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { describe, it } from "mocha";
import { askDistribution } from "../support/distribution.ts";
import { useLocalStack } from "../support/stack.ts";

describe("The website, delivered by CloudFront", function () {
  this.timeout(30_000);
  const stack = useLocalStack({ siteDelivery: "cloudfront" });
  const ask = (path: string, protocol: "http" | "https" = "https") =>
    askDistribution(new URL(stack().outputs.websiteUrl ?? "").host, path, protocol);

  it("tells its pages where the API is, and the key", async () => {
    const { status, headers, body } = await ask("/config.json");

    expect(status).to.equal(200);
    expect(headers).to.include({ "content-type": "application/json", "cache-control": "no-cache" });
    const { storefrontUrl, storefrontKey } = stack().outputs;
    expect(JSON.parse(body)).to.deep.equal({ apiUrl: storefrontUrl, apiKey: storefrontKey });
  });

  it("sends the security headers with everything", async () => {
    const api = new URL(stack().outputs.storefrontUrl ?? "").origin;

    const answers = await Promise.all([ask("/not-found.html"), ask("/openapi.json"), ask("/missing")]);

    for (const { headers } of answers) {
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

  it("has a page for what is not there", async () => {
    const { status, headers, body } = await ask("/missing");

    expect(status).to.equal(404);
    expect(headers["content-type"]).to.equal("text/html; charset=utf-8");
    expect(body).to.include("Page not found");
  });

  it("sends who comes without TLS to where there is", async () => {
    const { status, headers } = await ask("/order.html", "http");

    expect(status).to.equal(301);
    expect(headers.location).to.equal(`${stack().outputs.websiteUrl}order.html`);
  });

  it("is nowhere else to be had", async () => {
    const { endpoint } = stack().awsClient;
    const s3 = new S3Client({ ...stack().awsClient, forcePathStyle: true });
    const { Buckets = [] } = await s3.send(new ListBucketsCommand());

    const answers = await Promise.all(Buckets.map(({ Name }) => fetch(`${endpoint}/${Name}/config.json`)));

    expect(answers.map(({ status }) => status)).to.deep.equal([403, 403]);
  });
});
