import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state.js";

/** A resource as the engine would hear of it. */
export interface RegisteredResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Its parent's type, if it has a parent, and its own: Pulumi's mocks tell no more. */
  path: string[];
}

/** What Pulumi's mock monitor has beside the engine's interface, and keeps out of its types. */
interface MockMonitor {
  getRegisteredResources(): Map<string, unknown>;
}

/** What Pulumi knows of its engine, and keeps out of its types. */
interface Engine {
  getStore(): { supportsTransforms: boolean };
}

/** What AWS computes of a resource, as the mocks make it up. */
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
    bucketRegionalDomainName: `${name}.s3.us-east-1.example.com`,
  };
}

const ALIAS = "aws:lambda/alias:Alias";

/** What AWS computes of a function's alias: what it computes of the function, and the alias's name behind it. */
function computedAlias({ functionName, name }: Record<string, string>) {
  const { arn, invokeArn } = computed(functionName ?? "");
  return { id: `${functionName}/${name}`, arn: `${arn}:${name}`, invokeArn: `${invokeArn}:${name}` };
}

/**
 * Runs a program against Pulumi's mocks: nothing is deployed, and every resource's inputs are kept.
 * What AWS computes (ARNs, names, URLs) is made up from the resource's name.
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
  // The mocks' monitor takes transforms, and leaves them out: there are no resources of other packages to transform.
  (state as unknown as Engine).getStore().supportsTransforms = true;
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
