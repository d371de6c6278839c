import * as acm from "@pulumi/aws/acm/index.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { TaggedArgs } from "../shared/tagged-args.ts";
import type { CustomDomain } from "./custom-domain.ts";

/** The settings of {@link createCertificate}: the domain name to certify, and its zone. */
export interface CertificateSettings extends TaggedArgs, CustomDomain {
  /** The region of what will use it: for CloudFront `us-east-1`, wherever the stack is. Default: the stack's. */
  region?: "us-east-1";
}

/**
 * Creates a certificate for one domain name, and the DNS record that proves to ACM that the domain is ours. ACM renews it for as
 * long as the record exists.
 *
 * @returns Its ARN, once ACM has issued it, which takes minutes.
 */
export function createCertificate(
  name: string,
  { name: domainName, hostedZoneId: zoneId, region, tags }: CertificateSettings,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const inRegion = region && { region };
  const certificate = new acm.Certificate(
    `${name}-certificate`,
    { domainName, validationMethod: "DNS", ...inRegion, ...(tags && { tags }) },
    child,
  );
  const proof = certificate.domainValidationOptions.apply(([option]) => {
    if (!option) throw new Error(`ACM names no DNS record for the certificate of ${domainName}.`);
    return option;
  });
  const record = new route53.Record(
    `${name}-certificate-proof`,
    {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
    },
    child,
  );
  const { certificateArn } = new acm.CertificateValidation(
    `${name}-certificate-validation`,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn], ...inRegion },
    child,
  );
  return certificateArn;
}
