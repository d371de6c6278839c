import type { Grant } from "../components/shared/policies.ts";

const RECORDS = "route53:ChangeResourceRecordSets";

/**
 * What Pulumi needs to give a stage its own domain name: for that name, the APIs' below it, and ACM's proofs of both, whichever
 * other names their zones have.
 *
 * @param domainName - The stage's setting, e.g. `shop.example.com`. Without one, nothing is granted.
 */
export function domainGrants(domainName: string | undefined): Grant[] {
  if (!domainName) return [];
  const apis = `api.${domainName}`;
  const zones = ["arn:aws:route53:::hostedzone/*"];
  return [
    {
      actions: [
        ...["AddTagsToCertificate", "DeleteCertificate", "DescribeCertificate", "ListTagsForCertificate"],
        ...["RemoveTagsFromCertificate", "RequestCertificate"],
      ].map((action) => `acm:${action}`),
      resources: ["*"],
    },
    { actions: ["route53:GetHostedZone", "route53:ListResourceRecordSets"], resources: zones },
    { actions: ["route53:GetChange"], resources: ["arn:aws:route53:::change/*"] },
    {
      actions: [RECORDS],
      resources: zones,
      // Source: Route 53's guide, "Using IAM policy conditions for fine-grained access control".
      condition: {
        "ForAllValues:StringLike": {
          [`${RECORDS}NormalizedRecordNames`]: [domainName, apis, `_*.${domainName}`],
        },
        "ForAllValues:StringEquals": { [`${RECORDS}RecordTypes`]: ["A", "AAAA", "CNAME"] },
      },
    },
    {
      actions: ["DELETE", "GET", "PATCH", "POST", "PUT"].map((method) => `apigateway:${method}`),
      resources: ["", `/${apis}`, `/${apis}/*`].map((path) => `arn:aws:apigateway:*::/domainnames${path}`),
    },
  ];
}
