import type { ResponseHeadersPolicyConfig } from "@aws-sdk/client-cloudfront";
import type { OriginAccessControlArgs, ResponseHeadersPolicyArgs } from "@pulumi/aws/cloudfront/index.js";
import { defineResource, type Plain } from "../resource-type.ts";

type OriginAccess = Plain<OriginAccessControlArgs>;

export const originAccessControl = defineResource<OriginAccess>({
  token: "aws:cloudfront/originAccessControl:OriginAccessControl",
  inputs: {
    description: { default: "Managed by Pulumi" },
    name: { replaces: true, autoName: { maxLength: 64 } },
    originAccessControlOriginType: { required: true },
    signingBehavior: { required: true },
    signingProtocol: { required: true },
  },
  outputs: ["arn"],
  identity: ["name"],

  async create(inputs, aws) {
    const cloudfront = await aws.cloudfront();
    const { OriginAccessControl: live } = await cloudfront.createOriginAccessControl({
      OriginAccessControlConfig: originAccessConfig(inputs),
    });
    const id = live?.Id ?? "";
    return { id, outputs: { arn: `arn:aws:cloudfront::${aws.accountId}:origin-access-control/${id}` } };
  },

  async read(id, aws) {
    const { OriginAccessControl: live } = await (await aws.cloudfront()).getOriginAccessControl({ Id: id });
    const config = live?.OriginAccessControlConfig;
    return {
      inputs: {
        description: config?.Description,
        name: config?.Name,
        originAccessControlOriginType: config?.OriginAccessControlOriginType ?? "",
        signingBehavior: config?.SigningBehavior ?? "",
        signingProtocol: config?.SigningProtocol ?? "",
      },
      outputs: {},
    };
  },

  async update(id, inputs, aws) {
    const cloudfront = await aws.cloudfront();
    const { ETag: IfMatch } = await cloudfront.getOriginAccessControl({ Id: id });
    const OriginAccessControlConfig = originAccessConfig(inputs);
    await cloudfront.updateOriginAccessControl({ Id: id, IfMatch, OriginAccessControlConfig });
  },

  async delete(id, aws) {
    const cloudfront = await aws.cloudfront();
    const { ETag: IfMatch } = await cloudfront.getOriginAccessControl({ Id: id });
    await cloudfront.deleteOriginAccessControl({ Id: id, IfMatch });
  },
});

function originAccessConfig({ description, name, ...config }: OriginAccess) {
  return {
    Name: name,
    Description: description ?? "Managed by Pulumi",
    OriginAccessControlOriginType: config.originAccessControlOriginType as "s3",
    SigningBehavior: config.signingBehavior as "always",
    SigningProtocol: config.signingProtocol as "sigv4",
  };
}

type HeadersPolicy = Plain<ResponseHeadersPolicyArgs>;
type SecurityHeaders = ResponseHeadersPolicyConfig["SecurityHeadersConfig"];

export const responseHeadersPolicy = defineResource<HeadersPolicy>({
  token: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  inputs: {
    comment: {},
    name: { replaces: true, autoName: { maxLength: 128 } },
    securityHeadersConfig: { required: true },
  },
  outputs: ["arn"],
  identity: ["name"],

  async create(inputs, aws) {
    const { ResponseHeadersPolicy: live } = await (await aws.cloudfront()).createResponseHeadersPolicy({
      ResponseHeadersPolicyConfig: headersConfig(inputs),
    });
    const id = live?.Id ?? "";
    return { id, outputs: { arn: `arn:aws:cloudfront::${aws.accountId}:response-headers-policy/${id}` } };
  },

  async read(id, aws) {
    const { ResponseHeadersPolicy: live } = await (await aws.cloudfront()).getResponseHeadersPolicy({ Id: id });
    const config = live?.ResponseHeadersPolicyConfig;
    const headers = renamed(config?.SecurityHeadersConfig, (letter) => letter.toLowerCase());
    return {
      inputs: {
        comment: config?.Comment,
        name: config?.Name,
        securityHeadersConfig: headers as HeadersPolicy["securityHeadersConfig"],
      },
      outputs: {},
    };
  },

  async update(id, inputs, aws) {
    const cloudfront = await aws.cloudfront();
    const { ETag: IfMatch } = await cloudfront.getResponseHeadersPolicy({ Id: id });
    const ResponseHeadersPolicyConfig = headersConfig(inputs);
    await cloudfront.updateResponseHeadersPolicy({ Id: id, IfMatch, ResponseHeadersPolicyConfig });
  },

  async delete(id, aws) {
    const cloudfront = await aws.cloudfront();
    const { ETag: IfMatch } = await cloudfront.getResponseHeadersPolicy({ Id: id });
    await cloudfront.deleteResponseHeadersPolicy({ Id: id, IfMatch });
  },
});

function headersConfig({ name, comment, securityHeadersConfig }: HeadersPolicy): ResponseHeadersPolicyConfig {
  return {
    Name: name,
    Comment: comment,
    SecurityHeadersConfig: renamed(securityHeadersConfig, (letter) => letter.toUpperCase()) as SecurityHeaders,
  };
}

/** The names of the settings in Pulumi and in CloudFront differ in the case of their first letter. */
function renamed(value: unknown, convert: (letter: string) => string): unknown {
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([name, part]) => [
    convert(name.charAt(0)) + name.slice(1),
    renamed(part, convert),
  ]);
  return Object.fromEntries(parts);
}
