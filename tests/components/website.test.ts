import { expect } from "chai";
import { describe, it } from "mocha";
import type { WebsiteArgs } from "../../components/website.ts";
import type { RegisteredResource } from "../support/mocks.ts";
import { filesOf, find, useSite } from "./site.ts";

describe("Website", () => {
  const { deploy, failure, urlOf } = useSite();

  describe("delivered by CloudFront", () => {
    it("has a bucket that only the distribution may read, and only with TLS", async () => {
      const resources = await deploy();

      expect(find(resources, "site-access").inputs).to.deep.equal({ bucket: "site-bucket", ...CLOSED });
      expect(statements(resources, "site-policy")).to.deep.equal([
        onlyTls("site-bucket"),
        {
          Sid: "FromCloudFront",
          Effect: "Allow",
          Principal: { Service: "cloudfront.amazonaws.com" },
          Action: "s3:GetObject",
          Resource: `${arn("site-bucket")}/*`,
          Condition: { ArnEquals: { "aws:SourceArn": arn("site-distribution") } },
        },
      ]);
      expect(find(resources, "site-origin-access").inputs).to.deep.include({
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      });
      expect(find(resources, "site-distribution").inputs.origins).to.deep.equal([
        {
          originId: "bucket",
          domainName: "site-bucket.s3.us-east-1.example.com",
          originAccessControlId: "site-origin-access-id",
        },
      ]);
    });

    it("is served with TLS, compression, HTTP/2 and 3, a home page and a not-found page", async () => {
      const { inputs } = find(await deploy(), "site-distribution");

      expect(inputs).to.deep.include({
        enabled: true,
        httpVersion: "http2and3",
        defaultRootObject: "index.html",
        viewerCertificate: { cloudfrontDefaultCertificate: true },
        customErrorResponses: [
          { errorCode: 403, responseCode: 404, responsePagePath: "/not-found.html" },
          { errorCode: 404, responseCode: 404, responsePagePath: "/not-found.html" },
        ],
      });
      expect(inputs.defaultCacheBehavior).to.deep.include({
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD"],
        compress: true,
        responseHeadersPolicyId: "site-headers-id",
      });
    });

    it("sends the security headers", async () => {
      const { inputs } = find(await deploy(), "site-headers");

      expect(inputs.securityHeadersConfig).to.deep.equal({
        contentSecurityPolicy: {
          contentSecurityPolicy: `${POLICY}; frame-ancestors 'none'`,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: true },
        referrerPolicy: { referrerPolicy: "no-referrer", override: true },
        strictTransportSecurity: { accessControlMaxAgeSec: 63_072_000, includeSubdomains: true, override: true },
      });
    });

    it("logs requests to CloudFront and the bucket, with the given retention, where nobody else can write", async () => {
      const resources = await deploy({ logRetentionDays: 30 });

      expect(find(resources, "site-distribution").inputs.loggingConfig).to.deep.equal({
        bucket: "site-logs.s3.example.com",
        prefix: "cloudfront/",
      });
      expect(find(resources, "site-bucket-logging").inputs).to.deep.equal({
        bucket: "site-bucket",
        targetBucket: "site-logs",
        targetPrefix: "bucket/",
      });
      expect(find(resources, "site-logs-access").inputs).to.deep.equal({ bucket: "site-logs", ...CLOSED });
      expect(find(resources, "site-logs-ownership").inputs.rule).to.deep.equal({
        objectOwnership: "BucketOwnerPreferred",
      });
      expect(statements(resources, "site-logs-policy")).to.deep.equal([
        onlyTls("site-logs"),
        {
          Sid: "FromS3",
          Effect: "Allow",
          Principal: { Service: "logging.s3.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `${arn("site-logs")}/bucket/*`,
          Condition: { ArnEquals: { "aws:SourceArn": arn("site-bucket") } },
        },
      ]);
      expect(find(resources, "site-logs-expiry").inputs.rules).to.deep.equal([
        { id: "expiry", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } },
      ]);
    });

    it("has the distribution's URL", async () => {
      expect(await urlOf({})).to.equal("https://site-distribution.cloudfront.example.com/");
    });
  });

  describe("delivered by the bucket", () => {
    const delivery = "bucket";

    it("lets everybody read the bucket's objects, but not list or write them", async () => {
      const resources = await deploy({ delivery });

      expect(statements(resources, "site-policy")).to.deep.equal([
        {
          Sid: "ForEverybody",
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: `${arn("site-bucket")}/*`,
        },
      ]);
      expect(find(resources, "site-access").inputs).to.deep.include({ blockPublicAcls: true, ignorePublicAcls: true });
      expect(resources.filter(({ type }) => type.startsWith("aws:cloudfront"))).to.deep.equal([]);
    });

    it("has the content security policy in its pages", async () => {
      const files = filesOf(await deploy({ delivery }));

      for (const page of ["index.html", "not-found.html"]) {
        expect(files[page]?.inputs.content, page).to.include(
          `<head>\n<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
        );
      }
    });

    it("has the URL of the home page", async () => {
      const { inputs } = find(await deploy({ delivery }), "site-hosting");

      expect(inputs).to.deep.include({
        indexDocument: { suffix: "index.html" },
        errorDocument: { key: "not-found.html" },
      });
      expect(await urlOf({ delivery })).to.equal("http://site-hosting.website.example.com/index.html");
    });
  });

  it("deletes its buckets with all objects, unless it is protected", async () => {
    const buckets = (resources: RegisteredResource[]) =>
      resources.filter(({ type }) => type === "aws:s3/bucket:Bucket").map(({ inputs }) => inputs.forceDestroy);

    expect(buckets(await deploy())).to.deep.equal([true, true]);
    expect(buckets(await deploy({ deletionProtection: true }))).to.deep.equal([false, false]);
  });

  const invalid: [string, Partial<WebsiteArgs>, RegExp][] = [
    ["source", { source: "web" }, /"site": source must be an absolute path, but is "web"/],
    ["delivery", { delivery: "ftp" as "bucket" }, /"site": delivery must be cloudfront or bucket, but is "ftp"/],
    ["logRetentionDays", { logRetentionDays: 0 }, /"site": logRetentionDays must be .* but is 0/],
  ];
  for (const [argument, args, message] of invalid) {
    it(`rejects an invalid ${argument}`, async () => {
      expect(await failure(args)).to.match(message);
    });
  }
});

const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; " +
  "connect-src 'self' https://api.example.com; base-uri 'none'; form-action 'none'";

function statements(resources: RegisteredResource[], policy: string): unknown[] {
  return JSON.parse(find(resources, policy).inputs.policy as string).Statement;
}

function onlyTls(bucket: string) {
  return {
    Sid: "OnlyTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn(bucket), `${arn(bucket)}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

function arn(name: string): string {
  return `arn:aws:test:us-east-1:000000000000:${name}`;
}
