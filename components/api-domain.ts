import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import { createAliasRecord } from "./custom-domain/alias-record.ts";
import { createCertificate } from "./custom-domain/certificate.ts";
import type { CustomDomain } from "./custom-domain/custom-domain.ts";
import type { OrderApi } from "./order-api.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";

/** The arguments of an {@link ApiDomain}. */
export interface ApiDomainArgs extends TaggedArgs {
  /** The shop's domain; the APIs' is below it, e.g. `api.shop.example.com`. */
  domain: CustomDomain;
  /** The APIs, each by its path below that name, e.g. `{ storefront }`. */
  apis: Record<string, OrderApi>;
}

/**
 * The domain name of the APIs, with a path for each, so that their URLs outlive them: a stack that is created anew gets other APIs.
 * The APIs keep AWS's addresses, too.
 */
export class ApiDomain extends pulumi.ComponentResource {
  /** The base URL of each API's routes, by its path, without a trailing slash. */
  readonly urls: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: ApiDomainArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:ApiDomain", name, {}, options);
    const { domain, apis, tags = {} } = args;
    const child = { parent: this };
    const own = { ...domain, name: `api.${domain.name}` };

    const apiDomain = new apigateway.DomainName(
      `${name}-name`,
      {
        domainName: own.name,
        regionalCertificateArn: createCertificate(name, { ...own, tags }, child),
        endpointConfiguration: { types: "REGIONAL" },
        securityPolicy: "TLS_1_2",
        tags,
      },
      child,
    );
    createAliasRecord(name, own, "A", { name: apiDomain.regionalDomainName, zoneId: apiDomain.regionalZoneId }, child);
    const mappings = Object.entries(apis).map(([basePath, { restApi, stage }]) => {
      const mapping = new apigateway.BasePathMapping(
        `${name}-${basePath}`,
        { domainName: apiDomain.domainName, basePath, restApi: restApi.id, stageName: stage.stageName },
        child,
      );
      return [basePath, pulumi.interpolate`https://${mapping.domainName}/${basePath}`] as const;
    });

    this.urls = Object.fromEntries(mappings);
    this.registerOutputs({ urls: this.urls });
  }
}
