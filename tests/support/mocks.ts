import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state.js";
import { pick } from "es-toolkit";
import { configDefaults, type Stage, stageValues } from "../../stacks/stages.ts";

/** A resource as the program registers it. */
export interface RegisteredResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Its parent's type, if any, and its own. Pulumi's mocks don't report more. */
  path: string[];
}

/** A method of Pulumi's mock monitor that is missing from its types. */
interface MockMonitor {
  getRegisteredResources(): Map<string, unknown>;
}

/** A part of Pulumi's runtime state that is missing from its types. */
interface RuntimeState {
  getStore(): { supportsTransforms: boolean };
}

/**
 * What docs/deploy.md has everybody set in the files of dev and prod, as tests need it: so they pass whatever is set. Secrets
 * are left out, as tests can't decrypt them.
 */
const OWN_SETTINGS: Record<Stage, Record<string, string>> = {
  dev: { owner: "orders-team", alarmSubscribers: "[]", ...addresses() },
  prod: {
    ...{ owner: "orders-team", alarmSubscribers: '["on-call@example.com"]', ...addresses() },
    // A new account may have none to reserve.
    reservedConcurrency: "150",
  },
  pr: { mailFrom: "orders@example.com" },
};

/** A stage's configuration, including defaults. */
export function stageConfig(stage: Stage): Record<string, string> {
  return { ...configDefaults(), ...stageValues(stage), ...OWN_SETTINGS[stage] };
}

/** A stage that sends emails, delivers its website and has a domain and a currency as the defaults say, and takes no money. */
function addresses(): Record<string, string> {
  const names = ["mailFrom", "mailRatePerSecond", "createEmailIdentity", "siteDelivery", "domainName", "hostedZoneId"];
  const own = [...names, "currency", "stripePublishableKey"];
  return { ...pick(configDefaults(), own), paymentGateway: "simulated", demo: "true" };
}

/** The settings of a stage with a domain of its own. */
export const OWN_DOMAIN = { domainName: "shop.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" };

/** What the ARNs of the account's keys begin with. */
export const KEY_ARN = "arn:aws:kms:us-east-1:000000000000:key";

/** All settings of the account's program, with the domains of stages that have one. */
export const ACCOUNT_SETTINGS = {
  repository: "acme/orders",
  ownerId: "1001",
  repositoryId: "2002",
  stateBucket: "our-state",
  previewStateBucket: "our-state-of-previews",
  previewKeyArn: `${KEY_ARN}/preview`,
  devKeyArn: `${KEY_ARN}/dev`,
  prodKeyArn: `${KEY_ARN}/prod`,
  devDomainName: "dev.example.com",
  prodDomainName: "shop.example.com",
};

/** The outputs that AWS would compute, derived from the resource's name. */
export function computed(name: string) {
  return {
    id: `${name}-id`,
    name,
    arn: `arn:aws:test:us-east-1:000000000000:${name}`,
    url: `https://test/${name}`,
    streamArn: `arn:aws:test:us-east-1:000000000000:${name}/stream`,
    value: `value of ${name}`,
    invokeArn: `invoke:${name}`,
    executionArn: `execution:${name}`,
    invokeUrl: `https://${name}.example.com/v1`,
    domainName: `${name}.cloudfront.example.com`,
    websiteEndpoint: `${name}.website.example.com`,
    bucket: name,
    bucketDomainName: `${name}.s3.example.com`,
    hostedZoneId: `${name}-zone`,
    regionalDomainName: `${name}.execute-api.example.com`,
    regionalZoneId: `${name}-regional-zone`,
    fqdn: `${name}.example.com`,
    domainValidationOptions: [
      {
        resourceRecordName: `_${name}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_${name}.acm.example.com.`,
      },
    ],
    bucketRegionalDomainName: `${name}.s3.us-east-1.example.com`,
  };
}

const ALIAS = "aws:lambda/alias:Alias";

/** The computed outputs of a function's alias: the function's, qualified by the alias's name. */
function computedAlias({ functionName, name }: Record<string, string>) {
  const { arn, invokeArn } = computed(functionName ?? "");
  return { id: `${functionName}/${name}`, arn: `${arn}:${name}`, invokeArn: `${invokeArn}:${name}` };
}

/**
 * Runs a program against Pulumi's mocks, without deploying anything.
 *
 * @returns Every resource with its inputs. Computed outputs (ARNs, names, URLs) come from {@link computed}.
 */
export async function register(program: () => unknown, config: Record<string, string> = {}) {
  const inputs = new Map<string, RegisteredResource["inputs"]>();
  await pulumi.runtime.setMocks(
    {
      newResource(args) {
        inputs.set(`${args.type}::${args.name}`, args.inputs);
        const { id, ...outputs } = args.type === ALIAS ? computedAlias(args.inputs) : computed(args.name);
        return { id, state: { ...outputs, ...args.inputs } };
      },
      call: () => ({ region: "us-east-1", accountId: "000000000000" }),
    },
    "orders",
    "test",
    false,
  );
  // The mock monitor accepts transforms but ignores them. They are only for resources of other packages.
  (state as unknown as RuntimeState).getStore().supportsTransforms = true;
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`orders:${key}`, value])),
  );

  await pulumi.runtime.runInPulumiStack(async () => {
    await program();
    return {};
  });
  await pulumi.runtime.disconnect();

  const urns = [...(pulumi.runtime.getMonitor() as unknown as MockMonitor).getRegisteredResources().keys()];
  return urns.map((urn): RegisteredResource => {
    const [, , path = "", name = ""] = urn.split("::");
    const types = path.split("$");
    const type = types.at(-1) ?? "";
    return { type, name, path: types, inputs: inputs.get(`${type}::${name}`) ?? {} };
  });
}
