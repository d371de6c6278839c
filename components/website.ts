import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { openApiDocument } from "../domain/contract/openapi.ts";
import { checkArgument, isWholeNumber } from "./shared/arguments.ts";
import { publicReadPolicy } from "./shared/policies.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";
import { contentSecurityPolicy, withContentSecurityPolicy } from "./website/content-security-policy.ts";
import { distributionOf } from "./website/distribution.ts";
import { buildSite, namedFile, type SiteFile } from "./website/files.ts";

/** The arguments of a {@link Website}. */
export interface WebsiteArgs extends TaggedArgs {
  /** Absolute path of the folder with the pages, their scripts and styles. */
  source: string;
  /** URL of the storefront's API, which the pages call. */
  apiUrl: pulumi.Input<string>;
  /** The storefront's key. Everybody who opens a page can read it: it may do only what guests may. */
  apiKey: pulumi.Input<string>;
  /**
   * How browsers get the pages: from CloudFront, with TLS, security headers and access logs, while the bucket is private; or
   * from the bucket itself, by S3's website hosting: without TLS, open to all, there in seconds. Default `cloudfront`.
   */
  delivery?: "cloudfront" | "bucket";
  /** Refuses to delete buckets with something in them that is not of the site, such as logs. Default false. */
  deletionProtection?: boolean;
  /** Days that CloudFront's access logs are kept. */
  logRetentionDays: pulumi.Input<number>;
}

const HOME_PAGE = "index.html";
const NOT_FOUND_PAGE = "not-found.html";
const CONFIGURATION = "config.json";
const API_DESCRIPTION = "openapi.json";

/** The pages that customers order from: files in a bucket, built from their sources at each deployment. */
export class Website extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  /** What to open in a browser. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: WebsiteArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Website", name, {}, options);
    const { delivery = "cloudfront", deletionProtection = false, logRetentionDays, tags = {} } = args;
    checkArguments(`Website "${name}"`, { ...args, delivery });
    const child = { parent: this };

    this.bucket = new s3.Bucket(`${name}-bucket`, { forceDestroy: !deletionProtection, tags }, child);
    const policy = pulumi.output(args.apiUrl).apply((url) => contentSecurityPolicy(new URL(url).origin));
    const site = buildSite(args.source, [CONFIGURATION, API_DESCRIPTION]);
    const upload = (file: SiteFile, dependsOn: pulumi.Resource[] = []) => this.upload(name, file, tags, dependsOn);

    const assets = site.assets.map((file) => upload(file));
    const data = [
      namedFile(CONFIGURATION, pulumi.jsonStringify({ apiUrl: args.apiUrl, apiKey: args.apiKey })),
      namedFile(API_DESCRIPTION, apiDescription(args.apiUrl)),
    ].map((file) => upload(file));
    for (const [page, html] of Object.entries(site.pages)) {
      const content = delivery === "bucket" ? policy.apply((csp) => withContentSecurityPolicy(html, csp)) : html;
      // A page may be asked for as soon as it is there, so what it refers to has to be there first.
      upload(namedFile(page, content), [...assets, ...data]);
    }

    if (delivery === "bucket") {
      this.url = pulumi.interpolate`http://${this.hostWebsite(name)}/${HOME_PAGE}`;
    } else {
      const distribution = distributionOf(
        name,
        {
          bucket: this.bucket,
          contentSecurityPolicy: policy,
          homePage: HOME_PAGE,
          notFoundPage: NOT_FOUND_PAGE,
          logs: { forceDestroy: !deletionProtection, retentionDays: logRetentionDays },
          tags,
        },
        child,
      );
      this.url = pulumi.interpolate`https://${distribution.domainName}/`;
    }

    this.registerOutputs({ url: this.url });
  }

  private upload(
    name: string,
    { name: file, content, ...served }: SiteFile,
    tags: WebsiteArgs["tags"],
    dependsOn: pulumi.Resource[],
  ): s3.BucketObjectv2 {
    const body = content instanceof pulumi.asset.FileAsset ? { source: content } : { content };
    return new s3.BucketObjectv2(
      `${name}-${file.replaceAll("/", "-")}`,
      { bucket: this.bucket.bucket, ...served, ...body, tags },
      { parent: this, dependsOn },
    );
  }

  /** Lets everybody read the bucket's objects. @returns The host that serves them, and the path there, if any. */
  private hostWebsite(name: string): pulumi.Output<string> {
    const bucket = this.bucket.bucket;
    const access = new s3.BucketPublicAccessBlock(
      `${name}-access`,
      {
        bucket,
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: false,
        restrictPublicBuckets: false,
      },
      { parent: this },
    );
    new s3.BucketPolicy(
      `${name}-policy`,
      { bucket, policy: publicReadPolicy(this.bucket.arn) },
      { parent: this, dependsOn: [access] },
    );
    const hosting = new s3.BucketWebsiteConfiguration(
      `${name}-hosting`,
      { bucket, indexDocument: { suffix: HOME_PAGE }, errorDocument: { key: NOT_FOUND_PAGE } },
      { parent: this },
    );
    return hosting.websiteEndpoint;
  }
}

/** The storefront's contract, with the address where it is served. */
function apiDescription(apiUrl: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({ ...openApiDocument("storefront"), servers: [{ url: apiUrl }] });
}

function checkArguments(
  self: string,
  { source, delivery, logRetentionDays }: Pick<WebsiteArgs, "source" | "delivery" | "logRetentionDays">,
): void {
  checkArgument(`${self}: source`, source, (path) => path.startsWith("/"), "an absolute path");
  const deliveries = ["cloudfront", "bucket"];
  checkArgument(`${self}: delivery`, delivery, (way) => deliveries.includes(way ?? ""), deliveries.join(" or "));
  // S3's own bound is what fits into an integer.
  const days = isWholeNumber(1, 2 ** 31 - 1);
  checkArgument(`${self}: logRetentionDays`, logRetentionDays, days, "a whole number of days, 1 or more");
}
