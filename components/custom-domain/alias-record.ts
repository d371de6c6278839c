import * as route53 from "@pulumi/aws/route53/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { CustomDomain } from "./custom-domain.ts";

/** What a domain name stands for: the domain name of an AWS resource, and the zone that AWS has it in. */
interface AliasTarget {
  name: pulumi.Input<string>;
  zoneId: pulumi.Input<string>;
}

/**
 * Points a domain name to a resource of AWS's. An alias is free of charge, and possible at the top of a zone, too, where CNAME
 * records are not. It fails if the name has a record already: somebody else's.
 *
 * @param type - `A` for IPv4, `AAAA` for IPv6.
 */
export function createAliasRecord(
  name: string,
  { name: domainName, hostedZoneId: zoneId }: CustomDomain,
  type: "A" | "AAAA",
  target: AliasTarget,
  child: pulumi.CustomResourceOptions,
): void {
  const aliases = [{ ...target, evaluateTargetHealth: false }];
  new route53.Record(`${name}-${type === "A" ? "ipv4" : "ipv6"}`, { zoneId, name: domainName, type, aliases }, child);
}
