import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { openApiDocument } from "../domain/contract/openapi.ts";
import type { GatewayName } from "../domain/payment.ts";
import type { CustomDomain } from "./custom-domain/custom-domain.ts";
import { checkArgument, isWholeNumber } from "./shared/arguments.ts";
import { publicReadPolicy } from "./shared/policies.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";
import { buildSite, fixedFile, type SiteFile } from "./website/build-site.ts";
import { contentSecurityPolicy, withContentSecurityPolicy } from "./website/content-security-policy.ts";
import { createDistribution } from "./website/distribution.ts";
import { withPartsFor } from "./website/gateway-parts.ts";

/** The arguments of a {@link Website}. */
export interface WebsiteArgs extends TaggedArgs {
  /**
   * Absolute path of the folder with the pages, their scripts and styles, and the products' pictures in `pictures/`. For
   * example `/home/ada/orders/web/shop`.
   */
  source: string;
  /** Base URL of the storefront's API, which the pages call. For example `https://api.example.com/v1`. */
  apiUrl: pulumi.Input<string>;
  /** The storefront's API key. Every visitor can read it: it must only allow what guests may do. */
  apiKey: pulumi.Input<string>;
  /** The payment provider: with `simulated`, the pages offer test values, and say that the shop is a demo. */
  paymentGateway: GatewayName;
  /** Stripe's publishable key, e.g. `pk_live_…`. Required for the gateway `stripe`. */
  stripePublishableKey?: string;
  /** Where customers write to, shown on an order's page. Default: no address. For example `help@example.com`. */
  supportEmail?: string;
  /** The shop's currency (ISO 4217), for the API's description. For example `EUR`. */
  currency: string;
  /**
   * `cloudfront`, with TLS, security headers, access logs and a private bucket; or `bucket`, S3 website hosting: deployed in
   * seconds, but public and without TLS. Default `cloudfront`.
   */
  delivery?: "cloudfront" | "bucket";
  /** A domain of its own, with TLS, so that the URL outlives the distribution; only by CloudFront. Default: CloudFront's. */
  domain?: CustomDomain;
  /** Refuses to delete buckets that hold anything but the site's files, such as logs. Default false. */
  deletionProtection?: boolean;
  /** Days for which CloudFront's access logs are kept, 1 or more. For example 30. */
  logRetentionDays: pulumi.Input<number>;
}

const HOME_PAGE = "index.html";
const NOT_FOUND_PAGE = "not-found.html";
const CONFIGURATION = "config.json";
const API_DESCRIPTION = "openapi.json";

/** The shop's website: static files in a bucket, built from their sources at each deployment. */
export class Website extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  /** The URL of the home page. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: WebsiteArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Website", name, {}, options);
    const { delivery = "cloudfront", domain, deletionProtection = false, logRetentionDays, tags = {} } = args;
    checkArguments(`Website "${name}"`, { ...args, delivery });
    const child = { parent: this };

    this.bucket = new s3.Bucket(`${name}-bucket`, { forceDestroy: !deletionProtection, tags }, child);
    const policy = pulumi
      .output(args.apiUrl)
      .apply((url) => contentSecurityPolicy(new URL(url).origin, args.paymentGateway));
    const site = buildSite(args.source, [CONFIGURATION, API_DESCRIPTION]);
    const upload = (file: SiteFile, dependsOn: pulumi.Resource[] = []) => this.upload(name, file, tags, dependsOn);

    const assets = site.assets.map((file) => upload(file));
    const data = [fixedFile(CONFIGURATION, configuration(args)), fixedFile(API_DESCRIPTION, apiDescription(args))].map(
      (file) => upload(file),
    );
    for (const [page, source] of Object.entries(site.pages)) {
      const html = withPartsFor(args.paymentGateway, source);
      const content = delivery === "bucket" ? policy.apply((csp) => withContentSecurityPolicy(html, csp)) : html;
      // Visitors may open a page at once: first upload what it refers to.
      upload(fixedFile(page, content), [...assets, ...data]);
    }

    if (delivery === "bucket") {
      this.url = pulumi.interpolate`http://${this.hostWebsite(name)}/${HOME_PAGE}`;
    } else {
      const distribution = createDistribution(
        name,
        {
          bucket: this.bucket,
          contentSecurityPolicy: policy,
          ...(domain && { domain }),
          homePage: HOME_PAGE,
          notFoundPage: NOT_FOUND_PAGE,
          logs: { forceDestroy: !deletionProtection, retentionDays: logRetentionDays },
          tags,
        },
        child,
      );
      this.url = pulumi.interpolate`https://${domain ? domain.name : distribution.domainName}/`;
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

  /** Makes the bucket a public website. @returns The website's host. */
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

/** What the pages load first. With another gateway, Stripe's key is left out. */
function configuration(args: WebsiteArgs): pulumi.Output<string> {
  const { apiUrl, apiKey, paymentGateway, stripePublishableKey, supportEmail } = args;
  const key = paymentGateway === "stripe" && { stripePublishableKey };
  return pulumi.jsonStringify({ apiUrl, apiKey, paymentGateway, ...key, ...(supportEmail && { supportEmail }) });
}

/** The storefront's OpenAPI document, with its server. */
function apiDescription({ apiUrl, currency }: WebsiteArgs): pulumi.Output<string> {
  return pulumi.jsonStringify({ ...openApiDocument("storefront", currency), servers: [{ url: apiUrl }] });
}

function checkArguments(self: string, { source, delivery, domain, logRetentionDays, ...args }: WebsiteArgs): void {
  const { paymentGateway, stripePublishableKey } = args;
  const isKey = (key = "") => paymentGateway !== "stripe" || /^pk_(test|live)_\w+$/.test(key);
  const expected = "Stripe's publishable key, pk_live_… or pk_test_…, with the gateway stripe";
  checkArgument(`${self}: stripePublishableKey`, stripePublishableKey, isKey, expected);
  checkArgument(`${self}: source`, source, (path) => path.startsWith("/"), "an absolute path");
  const deliveries = ["cloudfront", "bucket"];
  checkArgument(`${self}: delivery`, delivery, (value) => deliveries.includes(value ?? ""), deliveries.join(" or "));
  const hasTls = delivery === "cloudfront" || !domain;
  checkArgument(`${self}: delivery`, delivery, () => hasTls, `cloudfront with the domain name ${domain?.name}`);
  // S3's maximum is the largest 32-bit integer.
  const isDays = isWholeNumber(1, 2 ** 31 - 1);
  checkArgument(`${self}: logRetentionDays`, logRetentionDays, isDays, "a whole number of days, 1 or more");
}
