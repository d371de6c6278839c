import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { OWN_DOMAIN, type RegisteredResource, register } from "../support/mocks.ts";

const config = { ...configDefaults(), cursorSecret: "0123456789abcdef0123456789abcdef" };
const { domainName, hostedZoneId: zoneId } = OWN_DOMAIN;
const TAGS = { project: "orders", stage: "test" };

describe("A stage with a domain of its own", () => {
  let resources: RegisteredResource[];
  const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs ?? {};
  before(async () => {
    resources = await register(program, { ...config, ...OWN_DOMAIN });
  });

  it("has a certificate for each name where it is used: for CloudFront in us-east-1, for the APIs in the stage's region", () => {
    expect(inputs("website-certificate")).to.deep.equal({
      domainName,
      validationMethod: "DNS",
      region: "us-east-1",
      tags: TAGS,
    });
    expect(inputs("api-domain-certificate")).to.deep.equal({
      domainName: `api.${domainName}`,
      validationMethod: "DNS",
      tags: TAGS,
    });
  });

  it("proves to ACM that the names are its own, by records that stay, and waits until ACM has seen them", () => {
    for (const [name, region] of [
      ["website", { region: "us-east-1" }],
      ["api-domain", {}],
    ] as const) {
      expect(inputs(`${name}-certificate-proof`)).to.deep.equal({
        zoneId,
        name: `_${name}-certificate.`,
        type: "CNAME",
        records: [`_${name}-certificate.acm.example.com.`],
        ttl: 300,
      });
      expect(inputs(`${name}-certificate-validation`)).to.deep.equal({
        certificateArn: arn(`${name}-certificate`),
        validationRecordFqdns: [`${name}-certificate-proof.example.com`],
        ...region,
      });
    }
  });

  it("serves the website under its name, with TLS 1.2 or later", () => {
    expect(inputs("website-distribution")).to.deep.include({
      aliases: [domainName],
      viewerCertificate: {
        acmCertificateArn: arn("website-certificate"),
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    for (const [record, type] of [
      ["website-ipv4", "A"],
      ["website-ipv6", "AAAA"],
    ]) {
      const target = { name: "website-distribution.cloudfront.example.com", zoneId: "website-distribution-zone" };
      expect(inputs(`${record}`)).to.deep.equal(alias(domainName, `${type}`, target));
    }
  });

  it("serves both APIs under one name, each at its path, with TLS 1.2", () => {
    expect(inputs("api-domain-name")).to.deep.equal({
      domainName: `api.${domainName}`,
      regionalCertificateArn: arn("api-domain-certificate"),
      endpointConfiguration: { types: "REGIONAL" },
      securityPolicy: "TLS_1_2",
      tags: TAGS,
    });
    const target = { name: "api-domain-name.execute-api.example.com", zoneId: "api-domain-name-regional-zone" };
    expect(inputs("api-domain-ipv4")).to.deep.equal(alias(`api.${domainName}`, "A", target));
    for (const api of ["storefront", "back-office"]) {
      expect(inputs(`api-domain-${api}`)).to.deep.equal({
        domainName: `api.${domainName}`,
        basePath: api,
        restApi: `${api}-api-id`,
        stageName: "v1",
      });
    }
  });

  it("overwrites nobody's DNS records", () => {
    const records = resources.filter(({ type }) => type === "aws:route53/record:Record");

    expect(records).to.have.lengthOf(5);
    for (const { name, inputs } of records) expect(inputs, name).to.not.have.property("allowOverwrite");
  });

  it("has its URLs in the pages' configuration, their API reference and content security policy", () => {
    const storefront = `https://api.${domainName}/storefront`;

    // As it has the key, it is a secret.
    const { value } = inputs("website-config.json").content as { value: string };
    expect(JSON.parse(value).apiUrl).to.equal(storefront);
    expect(JSON.parse(`${inputs("website-openapi.json").content}`).servers).to.deep.equal([{ url: storefront }]);
    expect(JSON.stringify(inputs("website-headers"))).to.include(`connect-src 'self' https://api.${domainName};`);
  });

  it("has its URLs as outputs, which are the same if the stack is created anew", async () => {
    let outputs: Awaited<ReturnType<typeof program>> | undefined;
    await register(
      async () => {
        outputs = await program();
      },
      { ...config, ...OWN_DOMAIN },
    );

    const urls = [outputs?.websiteUrl, outputs?.storefrontUrl, outputs?.apiUrl];
    const values = await Promise.all(urls.map((url) => new Promise((resolve) => url?.apply(resolve))));
    expect(values).to.deep.equal([
      `https://${domainName}/`,
      `https://api.${domainName}/storefront`,
      `https://api.${domainName}/back-office`,
    ]);
  });

  it("is the only one with such resources", async () => {
    const without = await register(program, config);

    const added = resources.filter(({ name }) => !without.some((resource) => resource.name === name));
    expect(added.map(({ name }) => name)).to.have.members([
      ...["api-domain", "api-domain-back-office", "api-domain-ipv4", "api-domain-name", "api-domain-storefront"],
      ...["api-domain", "website"].flatMap((name) =>
        ["", "-proof", "-validation"].map((part) => `${name}-certificate${part}`),
      ),
      ...["website-ipv4", "website-ipv6"],
    ]);
  });

  const invalid: [what: string, settings: object, message: string][] = [
    [
      "a URL",
      { domainName: "https://shop.example.com" },
      'domainName must be empty or a domain name in lower case of at most 60 characters, such as shop.example.com, but is "https://shop.example.com".',
    ],
    [
      "capitals, which DNS ignores but URLs in browsers don't show",
      { domainName: "Shop.example.com" },
      'domainName must be empty or a domain name in lower case of at most 60 characters, such as shop.example.com, but is "Shop.example.com".',
    ],
    [
      "a name too long for ACM",
      { domainName: `${"a".repeat(57)}.com` },
      `domainName must be empty or a domain name in lower case of at most 60 characters, such as shop.example.com, but is "${"a".repeat(57)}.com".`,
    ],
    [
      "a name without its zone",
      { hostedZoneId: "" },
      'hostedZoneId must be the id of shop.example.com\'s hosted zone in Route 53, such as Z0123456789ABCDEFGHIJ, but is "".',
    ],
    [
      "a zone's name instead of its id",
      { hostedZoneId: "example.com" },
      'hostedZoneId must be the id of shop.example.com\'s hosted zone in Route 53, such as Z0123456789ABCDEFGHIJ, but is "example.com".',
    ],
    ["a zone without a name", { domainName: "" }, `hostedZoneId must be empty, as domainName is, but is "${zoneId}".`],
    [
      "a preview's website, which is a bucket",
      { siteDelivery: "bucket" },
      'Website "website": delivery must be cloudfront with the domain name shop.example.com, but is "bucket".',
    ],
  ];
  for (const [what, settings, message] of invalid) {
    it(`rejects ${what}`, async () => {
      const failure = await register(program, { ...config, ...OWN_DOMAIN, ...settings }).catch(
        (error) => error.message,
      );

      expect(failure).to.equal(message);
    });
  }
});

function alias(name: string, type: string, target: { name: string; zoneId: string }) {
  return { zoneId, name, type, aliases: [{ ...target, evaluateTargetHealth: false }] };
}

function arn(name: string): string {
  return `arn:aws:test:us-east-1:000000000000:${name}`;
}
