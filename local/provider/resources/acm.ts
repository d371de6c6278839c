import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

const region = { ignored: "The emulator has one region." };

export const certificate = defineResource<Plain<CertificateArgs>>({
  token: "aws:acm/certificate:Certificate",
  inputs: {
    domainName: { required: true, replaces: true },
    region,
    tags: {},
    validationMethod: { required: true, replaces: true },
  },
  outputs: ["arn", "domainValidationOptions", "status"],

  async create({ domainName, tags, validationMethod }, aws) {
    const acm = await aws.acm();
    const { CertificateArn: arn = "" } = await acm.requestCertificate({
      DomainName: domainName,
      ValidationMethod: validationMethod as "DNS",
      ...(tags && { Tags: tagList(tags) }),
    });
    const { Certificate: live } = await acm.describeCertificate({ CertificateArn: arn });
    const domainValidationOptions = live?.DomainValidationOptions?.map(({ DomainName, ResourceRecord }) => ({
      domainName: DomainName,
      resourceRecordName: ResourceRecord?.Name,
      resourceRecordType: ResourceRecord?.Type,
      resourceRecordValue: ResourceRecord?.Value,
    }));
    return { id: arn, outputs: { arn, domainValidationOptions, status: live?.Status } };
  },

  async read(id, aws) {
    const acm = await aws.acm();
    const { Certificate: live } = await acm.describeCertificate({ CertificateArn: id });
    const { Tags } = await acm.listTagsForCertificate({ CertificateArn: id });
    return { inputs: { domainName: live?.DomainName, tags: tagMap(Tags) }, outputs: { status: live?.Status } };
  },

  async update(id, { tags }, aws, { state }) {
    const acm = await aws.acm();
    const removed = removedKeys(state.tags, tags).map((Key) => ({ Key }));
    if (removed.length > 0) await acm.removeTagsFromCertificate({ CertificateArn: id, Tags: removed });
    if (tags) await acm.addTagsToCertificate({ CertificateArn: id, Tags: tagList(tags) });
  },

  async delete(id, aws) {
    await (await aws.acm()).deleteCertificate({ CertificateArn: id });
  },
});

/** The emulator issues certificates at once, without looking for the proof. */
export const certificateValidation = defineResource<Plain<CertificateValidationArgs>>({
  token: "aws:acm/certificateValidation:CertificateValidation",
  inputs: {
    certificateArn: { required: true, replaces: true },
    region,
    validationRecordFqdns: { replaces: true },
  },
  outputs: [],

  async create({ certificateArn }) {
    return { id: certificateArn, outputs: {} };
  },

  async read(id, aws) {
    await (await aws.acm()).describeCertificate({ CertificateArn: id });
    return { inputs: { certificateArn: id }, outputs: {} };
  },

  async delete() {},
});
