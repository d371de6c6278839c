import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Website, type WebsiteArgs } from "../../components/website.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

describe("Website", () => {
  let source: string;
  beforeEach("write a site's sources", () => {
    source = mkdtempSync(join(tmpdir(), "orders-website-"));
    const page = (references: string) => `<!doctype html>\n<html lang="en">\n  <head>${references}</head>\n</html>\n`;
    write("index.html", page('<link rel="stylesheet" href="styles.css"><script type="module" src="shop.ts"></script>'));
    write("not-found.html", page('<link rel="stylesheet" href="/styles.css">'));
    write("shop.ts", 'const greeting: string = "Hello";\nconsole.log(greeting);\n');
    write("styles.css", "body {\n  background: url(background.svg);\n}\n");
    write("background.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>\n');
  });
  afterEach(() => rmSync(source, { recursive: true }));

  describe("built from its sources", () => {
    it("has scripts, styles and images under names that change with them, to be kept for a year", async () => {
      const before = filesOf(await deploy());
      write("shop.ts", 'console.log("Good evening");\n');
      const after = filesOf(await deploy());

      const names = (files: Record<string, RegisteredResource>) => Object.values(files).map(({ inputs }) => inputs.key);
      expect(names(before).filter((key) => !`${key}`.match(/html|json/)))
        .to.have.lengthOf(3)
        .and.to.satisfy((keys: string[]) => keys.every((key) => /^(background|shop|styles)-[A-Z0-9]{8}\./.test(key)));
      expect(names(after).filter((key) => !names(before).includes(key))).to.have.lengthOf(1);
      for (const name of ["background.svg", "shop.ts", "styles.css"]) {
        expect(before[name]?.inputs.cacheControl, name).to.equal("public, max-age=31536000, immutable");
      }
    });

    it("is the same where the sources are", async () => {
      const [once, again] = [await contentOf(await deploy()), await contentOf(await deploy())];

      expect(once["shop.ts"]).to.match(/^var \w="Hello";console\.log\(\w\);\n$/);
      expect(again).to.deep.equal(once);
    });

    it("has pages that refer to the files by these names, relative as they were", async () => {
      const files = filesOf(await deploy());

      const [script, styles] = [files["shop.ts"]?.inputs.key, files["styles.css"]?.inputs.key];
      expect(files["index.html"]?.inputs.content).to.include(`href="${styles}"`).and.to.include(`src="${script}"`);
      expect(files["not-found.html"]?.inputs.content).to.include(`href="/${styles}"`);
    });

    it("has what scripts share in a file of its own, which both pages ask for at once", async () => {
      write("money.ts", "export const dollars = (cents: number) => [cents / 100, 'US dollars, in words'];\n");
      write("shop.ts", 'import { dollars } from "./money.ts";\nconsole.log("shop", dollars(1));\n');
      write("order.ts", 'import { dollars } from "./money.ts";\nconsole.log("order", dollars(2));\n');
      write("order.html", '<head><script type="module" src="order.ts"></script></head>');
      write("help.ts", 'import { dollars } from "./money.ts";\nconsole.log("help", dollars(3));\n');
      write("help.html", '<head><script defer src="help.ts"></script></head>');

      const files = filesOf(await deploy());

      const shared = files["money.ts"]?.inputs.key;
      expect(shared).to.match(/^chunk-/);
      for (const page of ["index.html", "order.html"]) {
        expect(files[page]?.inputs.content, page).to.include(`<link rel="modulepreload" href="${shared}">\n</head>`);
      }
      expect(files["help.html"]?.inputs.content, "a script that is no module").to.not.include("modulepreload");
    });

    it("has pages, configuration and contract under their own names, asked for each time", async () => {
      const files = filesOf(await deploy());

      for (const name of ["index.html", "not-found.html", "config.json", "openapi.json"]) {
        expect(files[name]?.inputs, name).to.deep.include({ key: name, cacheControl: "no-cache" });
      }
      expect(JSON.parse(String(files["config.json"]?.inputs.content))).to.deep.equal({
        apiUrl: "https://api.example.com/v1",
        apiKey: "publishable",
      });
      const contract = JSON.parse(String(files["openapi.json"]?.inputs.content));
      expect(contract.servers).to.deep.equal([{ url: "https://api.example.com/v1" }]);
      expect(Object.keys(contract.paths)).to.include("/orders");
    });

    it("tells browsers what each file is", async () => {
      const files = filesOf(await deploy());

      const types = Object.entries(files).map(([name, { inputs }]) => [name, inputs.contentType]);
      expect(Object.fromEntries(types)).to.deep.equal({
        "background.svg": "image/svg+xml",
        "config.json": "application/json",
        "index.html": "text/html; charset=utf-8",
        "not-found.html": "text/html; charset=utf-8",
        "openapi.json": "application/json",
        "shop.ts": "text/javascript; charset=utf-8",
        "styles.css": "text/css; charset=utf-8",
      });
    });

    it("refuses a page that refers to what is not there, and a file that it can't serve", async () => {
      write("index.html", '<script src="shop2.ts"></script>');
      const missing = await failure();
      write("index.html", '<a href="terms.docx">Terms</a>');
      write("terms.docx", "");
      const unknown = await failure();

      expect(missing).to.match(/index.html refers to shop2.ts, which is not in /);
      expect(unknown).to.match(/index.html refers to terms.docx, but a site's files can only be .*\.svg/);
    });
  });

  describe("delivered by CloudFront", () => {
    it("is in a bucket that only this distribution may read, and only with TLS", async () => {
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

    it("goes out with TLS, compressed, by HTTP/2 and 3, from the home page to the one for what is not there", async () => {
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

    it("logs requests to CloudFront and to the bucket, for so many days, where nobody else can write", async () => {
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

    it("opens at the distribution's address", async () => {
      expect(await urlOf({})).to.equal("https://site-distribution.cloudfront.example.com/");
    });
  });

  describe("delivered by the bucket", () => {
    const delivery = "bucket";

    it("is for everybody to read, and for nobody to list or to write", async () => {
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

    it("opens at its home page", async () => {
      const { inputs } = find(await deploy({ delivery }), "site-hosting");

      expect(inputs).to.deep.include({
        indexDocument: { suffix: "index.html" },
        errorDocument: { key: "not-found.html" },
      });
      expect(await urlOf({ delivery })).to.equal("http://site-hosting.website.example.com/index.html");
    });
  });

  it("gives up its buckets with all that is in them, unless it is protected", async () => {
    const buckets = (resources: RegisteredResource[]) =>
      resources.filter(({ type }) => type === "aws:s3/bucket:Bucket").map(({ inputs }) => inputs.forceDestroy);

    expect(buckets(await deploy())).to.deep.equal([true, true]);
    expect(buckets(await deploy({ deletionProtection: true }))).to.deep.equal([false, false]);
  });

  const wrong: [string, Partial<WebsiteArgs>, RegExp][] = [
    ["source", { source: "web" }, /"site": source must be an absolute path, but is "web"/],
    ["delivery", { delivery: "ftp" as "bucket" }, /"site": delivery must be cloudfront or bucket, but is "ftp"/],
    ["logRetentionDays", { logRetentionDays: 0 }, /"site": logRetentionDays must be .* but is 0/],
  ];
  for (const [argument, args, message] of wrong) {
    it(`refuses a wrong ${argument} by its name`, async () => {
      expect(await failure(args)).to.match(message);
    });
  }

  const write = (name: string, content: string) => writeFileSync(join(source, name), content);

  const site = (args: Partial<WebsiteArgs> = {}) =>
    new Website("site", {
      ...{ source, apiUrl: "https://api.example.com/v1", apiKey: "publishable", logRetentionDays: 7 },
      ...args,
    });

  const deploy = (args: Partial<WebsiteArgs> = {}) => register(() => site(args));

  /** The sentence that the deployment failed with. */
  async function failure(args: Partial<WebsiteArgs> = {}): Promise<string | undefined> {
    let message: string | undefined;
    await register(() => {
      try {
        site(args);
      } catch (error) {
        ({ message } = error as Error);
      }
    });
    return message;
  }

  async function urlOf(args: Partial<WebsiteArgs>): Promise<string> {
    let url: pulumi.Output<string> | undefined;
    await register(() => {
      ({ url } = site(args));
    });
    return new Promise((resolve) => url?.apply(resolve));
  }
});

const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self' https://api.example.com; base-uri 'none'; form-action 'none'";

function find(resources: RegisteredResource[], name: string): RegisteredResource {
  const found = resources.find((resource) => resource.name === name);
  if (!found) throw new Error(`There is no resource ${name}.`);
  return found;
}

/** The site's files, by their names in the sources. */
function filesOf(resources: RegisteredResource[]): Record<string, RegisteredResource> {
  const objects = resources.filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2");
  return Object.fromEntries(objects.map((object) => [object.name.replace(/^site-/, ""), object]));
}

/** What is in the site's files, by their names in the sources. */
async function contentOf(resources: RegisteredResource[]): Promise<Record<string, string>> {
  const read = Object.entries(filesOf(resources)).map(async ([name, { inputs }]) => {
    const { content, source } = inputs as { content?: string; source?: { path: Promise<string> } };
    return [name, content ?? readFileSync(`${await source?.path}`, "utf8")];
  });
  return Object.fromEntries(await Promise.all(read));
}

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
