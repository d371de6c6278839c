import { findingsAt, findingUnless, isOneOf, isSet, isTrue, type Rule, resource, valueAt } from "./rule.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";

const ONE_YEAR_IN_SECONDS = 31_536_000;
const strictTransport = (preload: boolean) => ({
  securityHeadersConfig: {
    strictTransportSecurity: {
      ...{ accessControlMaxAgeSec: ONE_YEAR_IN_SECONDS, includeSubdomains: true, preload, override: true },
    },
  },
});

/** CloudFront's protocols that cdk-nag considers outdated. */
const OUTDATED_PROTOCOLS = ["SSLv3", "TLSv1", "TLSv1_2016"];

interface Origin {
  originId: string;
  originAccessControlId?: string;
  customOriginConfig?: { originProtocolPolicy?: string; originSslProtocols?: string[] };
}

const originsOf = (inputs: Record<string, unknown>) => (inputs.origins ?? []) as Origin[];

/** A distribution that complies with the rules that the program's does not. */
const example = [
  resource(DISTRIBUTION, "distribution", {
    restrictions: { geoRestriction: { restrictionType: "whitelist", locations: ["CH"] } },
    viewerCertificate: {
      acmCertificateArn: "arn",
      minimumProtocolVersion: "TLSv1.2_2021",
      sslSupportMethod: "sni-only",
    },
    webAclId: "arn",
    originGroups: [{ originId: "both", members: [{ originId: "one" }, { originId: "other" }] }],
  }),
];

/** Rules on CloudFront. */
export const CLOUDFRONT_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-CFR1"],
    title: "The distribution has geo restrictions",
    source: "cdk-nag, CloudFrontDistributionGeoRestrictions",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) =>
      findingsAt(inputs, "restrictions.geoRestriction.restrictionType", isOneOf("blacklist", "whitelist")),
    mutations: { "without a restriction": { restrictions: { geoRestriction: { restrictionType: "none" } } } },
    example,
  },
  {
    ids: ["AwsSolutions-CFR2"],
    title: "The distribution has a web ACL",
    source: "cdk-nag, CloudFrontDistributionWAFIntegration",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) => findingsAt(inputs, "webAclId", isSet),
    mutations: { "without a web ACL": { webAclId: undefined } },
    example,
  },
  {
    ids: ["AwsSolutions-CFR3"],
    title: "The distribution has access logs",
    source: "cdk-nag, CloudFrontDistributionAccessLogging",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) => findingsAt(inputs, "loggingConfig.bucket", isSet),
    mutations: { "without access logs": { loggingConfig: undefined } },
  },
  {
    ids: ["AwsSolutions-CFR4"],
    title: "The distribution accepts no outdated protocol from viewers",
    source: "cdk-nag, CloudFrontDistributionHttpsViewerNoOutdatedSSL",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs: { viewerCertificate } }) =>
      findingUnless(
        valueAt(viewerCertificate, "cloudfrontDefaultCertificate") !== true &&
          isOneOf("sni-only", "static-ip")(valueAt(viewerCertificate, "sslSupportMethod")) &&
          isSet(valueAt(viewerCertificate, "minimumProtocolVersion")) &&
          !isOneOf(...OUTDATED_PROTOCOLS)(valueAt(viewerCertificate, "minimumProtocolVersion")),
        "accepts TLS 1.0",
      ),
    mutations: {
      "with CloudFront's own certificate": { viewerCertificate: { cloudfrontDefaultCertificate: true } },
      "that accepts TLS 1.0": {
        viewerCertificate: { acmCertificateArn: "arn", minimumProtocolVersion: "TLSv1", sslSupportMethod: "sni-only" },
      },
    },
    example,
  },
  {
    ids: ["AwsSolutions-CFR5"],
    title: "The distribution uses no outdated protocol with its origins",
    source: "cdk-nag, CloudFrontDistributionNoOutdatedSSL",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) =>
      originsOf(inputs)
        .filter(
          ({ customOriginConfig: custom }) =>
            custom &&
            (custom.originProtocolPolicy !== "https-only" ||
              custom.originSslProtocols?.some((protocol) => OUTDATED_PROTOCOLS.includes(protocol))),
        )
        .map(({ originId }) => `uses an outdated protocol with ${originId}`),
    mutations: {
      "with a custom origin that allows TLS 1.0": {
        origins: [
          {
            originId: "server",
            customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1"] },
          },
        ],
      },
    },
  },
  {
    ids: ["AwsSolutions-CFR7"],
    title: "The distribution reads its buckets with origin access control",
    source: "cdk-nag, CloudFrontDistributionS3OriginAccessControl",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) =>
      originsOf(inputs)
        .filter(({ customOriginConfig, originAccessControlId }) => !customOriginConfig && !isSet(originAccessControlId))
        .map(({ originId }) => `reads ${originId} without origin access control`),
    mutations: { "that reads a bucket without": { origins: [{ originId: "bucket" }] } },
  },
  {
    ids: ["CKV_AWS_259"],
    title: "The distribution's responses enforce strict transport security for a year, for subdomains and preloaded",
    source: "checkov, CloudFrontResponseHeaderStrictTransportSecurity",
    appliesTo: [HEADERS],
    check: ({ inputs }) => {
      const header = valueAt(inputs, "securityHeadersConfig.strictTransportSecurity");
      return [
        ...findingsAt(header, "accessControlMaxAgeSec", (seconds) => Number(seconds) >= ONE_YEAR_IN_SECONDS),
        ...["includeSubdomains", "preload", "override"].flatMap((name) => findingsAt(header, name, isTrue)),
      ];
    },
    mutations: {
      "without the header": { securityHeadersConfig: {} },
      "that is not preloaded": strictTransport(false),
    },
    example: [resource(HEADERS, "headers", strictTransport(true))],
  },
  {
    ids: ["CKV_AWS_310"],
    title: "The distribution has an origin to fail over to",
    source: "checkov, CloudfrontDistributionOriginFailover",
    appliesTo: [DISTRIBUTION],
    check: ({ inputs }) => findingUnless(((inputs.originGroups ?? []) as object[]).length > 0, "has no second origin"),
    mutations: { "with one origin": { originGroups: undefined } },
    example,
  },
];
