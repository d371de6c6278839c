import { ALL, type Exception } from "./exception.ts";

/** What the APIs, their firewall and the website do not follow. */
export const API_AND_WEBSITE_EXCEPTIONS: Exception[] = [
  {
    rules: ["AwsSolutions-APIG3"],
    resources: "*-stage",
    stages: ["dev"],
    reason: "A web ACL has a monthly price, and dev has no customers to protect.",
  },
  {
    rules: ["AwsSolutions-APIG4"],
    resources: "*-api",
    stages: ALL,
    reason:
      "Guests order without signing in. Each API has its own key, and API Gateway restricts each key to the routes of " +
      "its API; CKV_AWS_59 checks that every route requires one.",
  },
  {
    rules: ["AwsSolutions-CFR1"],
    resources: "website-distribution",
    stages: ALL,
    reason: "Customers may order from anywhere.",
  },
  {
    rules: ["AwsSolutions-CFR2"],
    resources: "website-distribution",
    stages: ALL,
    reason:
      "The pages are public static files: there is nothing behind them to attack. The APIs that they call have a " +
      "web ACL in prod.",
  },
  {
    rules: ["AwsSolutions-CFR4"],
    resources: "website-distribution",
    stages: ALL,
    reason:
      "CloudFront sets a higher minimum only where the website has a domain and a certificate of its own, as with " +
      "domainName. Browsers choose TLS 1.3, and HSTS keeps them from going without.",
  },
  {
    rules: ["CKV_AWS_59"],
    resources: "*-api",
    findings: ["GET /health is open", "HEAD /health is open"],
    stages: ALL,
    reason: "API Gateway itself returns a fixed response. Nothing is behind it.",
  },
  {
    rules: ["CKV_AWS_120", "CKV_AWS_225"],
    resources: "*",
    stages: ALL,
    reason:
      "What the APIs return must be current: an order's status, a product's stock. A cache has an hourly price, " +
      "too.",
  },
  {
    rules: ["CKV2_AWS_4"],
    resources: "*-settings",
    findings: ["metricsEnabled is false"],
    stages: ALL,
    reason:
      "Metrics for each method cost more than everything else in a small shop. Those of each stage are free, " +
      "and alarms watch them.",
  },
  {
    rules: ["CKV2_AWS_51"],
    resources: "*-stage",
    stages: ALL,
    reason:
      "API Gateway shows a client certificate to servers behind it. Here these are functions, which admit by " + "IAM.",
  },
  {
    rules: ["CKV2_AWS_77"],
    resources: "firewall-acl",
    findings: ["has no AWSManagedRulesAnonymousIpList"],
    stages: ["prod"],
    reason:
      "The rules on anonymous addresses also block data centres: machines with keys, and webhooks. " +
      "Those against Log4j's vulnerability are in force.",
  },
  {
    rules: ["CKV_AWS_259"],
    resources: "website-headers",
    findings: ["preload is undefined"],
    stages: ALL,
    reason:
      "Browsers' preload lists take whole registered domains only, and let go of them after months: for the " +
      "domain's owner to decide. The header is in force for two years, for the website's name and all below it.",
  },
  {
    rules: ["CKV_AWS_310"],
    resources: "website-distribution",
    stages: ALL,
    reason:
      "S3 keeps the pages in three Availability Zones. A second bucket in another region would double each " +
      "deployment, for pages that are useless without the region of the APIs.",
  },
];
