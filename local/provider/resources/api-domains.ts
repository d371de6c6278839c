import type { BasePathMappingArgs, DomainNameArgs } from "@pulumi/aws/apigateway/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { updateTags } from "./rest-api.ts";

export const domainName = defineResource<Plain<DomainNameArgs>>({
  token: "aws:apigateway/domainName:DomainName",
  inputs: {
    domainName: { required: true, replaces: true },
    endpointConfiguration: { ignored: "The emulator has one endpoint." },
    regionalCertificateArn: { required: true },
    securityPolicy: {},
    tags: {},
  },
  outputs: ["arn", "regionalDomainName", "regionalZoneId"],
  identity: ["domainName"],

  async create({ domainName, regionalCertificateArn, securityPolicy, tags }, aws) {
    const live = await (await aws.apiGateway()).createDomainName({
      domainName,
      regionalCertificateArn,
      securityPolicy: securityPolicy as "TLS_1_2" | undefined,
      tags,
    });
    const outputs = { regionalDomainName: live.regionalDomainName, regionalZoneId: live.regionalHostedZoneId };
    return {
      id: domainName,
      outputs: { arn: `arn:aws:apigateway:${aws.region}::/domainnames/${domainName}`, ...outputs },
    };
  },

  async read(id, aws) {
    const live = await (await aws.apiGateway()).getDomainName({ domainName: id });
    const { regionalCertificateArn, regionalDomainName, regionalHostedZoneId, securityPolicy } = live;
    return {
      inputs: { domainName: id, regionalCertificateArn, securityPolicy },
      outputs: { regionalDomainName, regionalZoneId: regionalHostedZoneId },
    };
  },

  async update(id, { tags }, aws, { state, changed }) {
    if (changed("regionalCertificateArn", "securityPolicy")) {
      throw new Error(`the emulator can't change ${id}: deploy without the domain name first, then with it.`);
    }
    if (changed("tags")) await updateTags(await aws.apiGateway(), String(state.arn), state.tags, tags);
  },

  async delete(id, aws) {
    await (await aws.apiGateway()).deleteDomainName({ domainName: id });
  },
});

/** Without an update, which the emulator lacks: a changed mapping is replaced. */
export const basePathMapping = defineResource<Plain<BasePathMappingArgs>>({
  token: "aws:apigateway/basePathMapping:BasePathMapping",
  inputs: {
    basePath: { required: true },
    domainName: { required: true },
    restApi: { required: true },
    stageName: { required: true },
  },
  outputs: [],
  identity: ["basePath", "domainName"],

  async create({ basePath, domainName, restApi, stageName: stage }, aws) {
    await (await aws.apiGateway()).createBasePathMapping({ domainName, basePath, restApiId: restApi, stage });
    return { id: `${domainName}/${basePath}`, outputs: {} };
  },

  async read(id, aws) {
    const [domainName = "", basePath = ""] = id.split("/");
    const { restApiId, stage } = await (await aws.apiGateway()).getBasePathMapping({ domainName, basePath });
    return { inputs: { basePath, domainName, restApi: restApiId ?? "", stageName: stage }, outputs: {} };
  },

  async delete(_id, aws, { basePath, domainName }) {
    await (await aws.apiGateway()).deleteBasePathMapping({ domainName, basePath });
  },
});
