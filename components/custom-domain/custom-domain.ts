import { checkArgument } from "../shared/arguments.ts";

/** A domain of the shop's own, instead of AWS's addresses. */
export interface CustomDomain {
  /** The website's domain name, to which the APIs' adds `api.`. For example `shop.example.com`. */
  name: string;
  /** Id of the public hosted zone in Route 53 that has the domain's records. For example `Z0123456789ABCDEFGHIJ`. */
  hostedZoneId: string;
}

/** ACM accepts 64 characters, of which `api.` takes four. Source: ACM's API reference, RequestCertificate. */
const MAX_LENGTH = 60;
const DOMAIN_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Route 53 allows up to 32 characters. Source: its API reference, GetHostedZone. */
const ZONE_ID = /^Z[A-Z0-9]{1,31}$/;

/** What {@link isDomainName} accepts, to follow "must be". */
export const A_DOMAIN_NAME = `a domain name in lower case of at most ${MAX_LENGTH} characters, such as shop.example.com`;

/** Whether the name can be a stage's domain name. */
export function isDomainName(name: string): boolean {
  return name.length <= MAX_LENGTH && DOMAIN_NAME.test(name);
}

/**
 * The domain of a stage, by the settings of the same names.
 *
 * @returns Nothing if both are empty.
 * @throws pulumi.RunError if one is missing or malformed.
 */
export function customDomain(domainName: string, hostedZoneId: string): CustomDomain | undefined {
  if (domainName === "") {
    checkArgument("hostedZoneId", hostedZoneId, (id) => id === "", "empty, as domainName is");
    return undefined;
  }
  checkArgument("domainName", domainName, isDomainName, `empty or ${A_DOMAIN_NAME}`);
  const ofZone = `the id of ${domainName}'s hosted zone in Route 53, such as Z0123456789ABCDEFGHIJ`;
  checkArgument("hostedZoneId", hostedZoneId, (id) => ZONE_ID.test(id), ofZone);
  return { name: domainName, hostedZoneId };
}
